using System.Collections;

namespace Millrace.Local;

/// <summary>A YAML mapping whose keys keep their order and may say why they are there.</summary>
internal sealed class YamlMap : IEnumerable<YamlEntry>
{
    private readonly List<YamlEntry> _entries = [];

    /// <summary>How many keys it has.</summary>
    public int Count => _entries.Count;

    /// <summary>Adds a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">A text, a whole number, a truth value, a <see cref="YamlMap"/> or a <see cref="YamlList"/>.</param>
    /// <param name="why">What is written above it as a comment; null is nothing.</param>
    public void Add(string key, object value, string? why = null) => _entries.Add(new YamlEntry(key, value, why));

    /// <inheritdoc/>
    public IEnumerator<YamlEntry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
