using System.Text;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>One entry of the keyword <c>dependencies</c>: what an object that has a certain property needs besides.</summary>
internal sealed class Dependency
{
    private readonly string _name;
    private readonly byte[] _utf8Name;
    private readonly byte[][] _required;

    /// <summary>Compiles an entry.</summary>
    /// <param name="name">The property that the entry is about.</param>
    /// <param name="required">The other properties that must be there.</param>
    /// <param name="node">What the object must match; null asks nothing.</param>
    public Dependency(string name, IEnumerable<string> required, SchemaNode? node)
    {
        _name = name;
        _utf8Name = Encoding.UTF8.GetBytes(name);
        _required = [.. required.Select(Encoding.UTF8.GetBytes)];
        Node = node;
    }

    /// <summary>The property that the entry is about.</summary>
    public string Name => _name;

    /// <summary>The other properties that must be there.</summary>
    public IEnumerable<string> Required => _required.Select(name => Encoding.UTF8.GetString(name));

    /// <summary>What the object must match; null asks nothing.</summary>
    public SchemaNode? Node { get; }

    /// <summary>Whether the object has what it needs.</summary>
    public bool Evaluate(JsonElement value, Evaluation run)
    {
        if (!value.TryGetProperty(_utf8Name, out _))
        {
            return true;
        }

        var valid = true;
        foreach (var name in _required)
        {
            valid &= value.TryGetProperty(name, out _)
                || run.FailProperty(name, "dependencies", $"is required where '{_name}' is present");
        }

        return (Node is null || Node.Evaluate(value, run)) && valid;
    }
}
