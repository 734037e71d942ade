using System.Collections;

namespace Millrace.Local;

/// <summary>A YAML sequence whose items may say why they are there.</summary>
internal sealed class YamlList : IEnumerable<YamlEntry>
{
    private readonly List<YamlEntry> _items = [];

    /// <summary>How many items it has.</summary>
    public int Count => _items.Count;

    /// <summary>Adds an item.</summary>
    /// <param name="item">A text, a whole number, a truth value or a <see cref="YamlMap"/>.</param>
    /// <param name="why">What is written above it as a comment; null is nothing.</param>
    public void Add(object item, string? why = null) => _items.Add(new YamlEntry(null, item, why));

    /// <summary>Adds an item that says why it is there.</summary>
    public void Add(YamlEntry item) => _items.Add(item);

    /// <summary>Adds items without comments.</summary>
    public YamlList With(IEnumerable<object> items)
    {
        foreach (var item in items)
        {
            Add(item);
        }

        return this;
    }

    /// <summary>Adds an item that says why it is there, if there is one.</summary>
    public YamlList With(YamlEntry? item)
    {
        if (item is not null)
        {
            Add(item);
        }

        return this;
    }

    /// <inheritdoc/>
    public IEnumerator<YamlEntry> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
