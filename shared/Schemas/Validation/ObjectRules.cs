using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The keywords about objects, all but <c>dependencies</c> in one walk over the object's properties.</summary>
internal sealed class ObjectRules
{
    private const int MaxRequiredOnStack = 1024;

    private readonly Utf8NameTable _names;
    private readonly SchemaNode?[] _nodes;
    private readonly int _required;

    /// <summary>Compiles <c>properties</c> and <c>required</c>.</summary>
    /// <param name="properties">The schemas by name.</param>
    /// <param name="required">The names that must be there, each once.</param>
    public ObjectRules(IReadOnlyDictionary<string, SchemaNode> properties, IReadOnlyList<string> required)
    {
        string[] names = [.. required, .. properties.Keys.Except(required)];
        _names = new Utf8NameTable(names);
        _nodes = [.. names.Select(name => properties.GetValueOrDefault(name))];
        _required = required.Count;
    }

    /// <summary>The names that <c>required</c> and <c>properties</c> have, those of <c>required</c> first, each with its schema if it has one.</summary>
    public IEnumerable<(string Name, SchemaNode? Node)> Fields => _names.Names.Select((name, number) => (Encoding.UTF8.GetString(name), _nodes[number]));

    /// <summary>How many names are required.</summary>
    public int RequiredCount => _required;

    /// <summary>The keyword <c>patternProperties</c>.</summary>
    public (EcmaPattern Pattern, SchemaNode Node)[] Patterns { get; init; } = [];

    /// <summary>The keyword <c>additionalProperties</c>; null asks nothing.</summary>
    public SchemaNode? Additional { get; init; }

    /// <summary>The keyword <c>propertyNames</c>; null asks nothing.</summary>
    public SchemaNode? PropertyNames { get; init; }

    /// <summary>The keyword <c>dependencies</c>.</summary>
    public Dependency[] Dependencies { get; init; } = [];

    /// <summary>The keyword <c>minProperties</c>.</summary>
    public int MinProperties { get; init; }

    /// <summary>The keyword <c>maxProperties</c>.</summary>
    public int MaxProperties { get; init; } = int.MaxValue;

    /// <summary>The schemas that are applied to the object itself.</summary>
    public IEnumerable<SchemaNode> Dependents => Dependencies.Select(dependency => dependency.Node).OfType<SchemaNode>();

    /// <summary>All the names that the rules are about, each once, those of <see cref="Fields"/> first.</summary>
    public IEnumerable<string> KnownNames() =>
        Fields.Select(field => field.Name).Concat(Dependencies.SelectMany(dependency => dependency.Required.Prepend(dependency.Name))).Distinct(StringComparer.Ordinal);

    /// <summary>Whether the object keeps the rules.</summary>
    public bool Evaluate(JsonElement value, Evaluation run)
    {
        var valid = HasCount(value, run);
        if (!valid && run.IsDone)
        {
            return false;
        }

        Span<bool> seen = _required <= MaxRequiredOnStack ? stackalloc bool[_required] : new bool[_required];
        foreach (var property in value.EnumerateObject())
        {
            valid &= EvaluateProperty(property, seen, run);
            if (!valid && run.IsDone)
            {
                return false;
            }
        }

        while (seen.IndexOf(false) is var missing and >= 0)
        {
            seen[missing] = true;
            valid = run.FailProperty(_names.Names[missing], "required", "is required");
        }

        foreach (var dependency in Dependencies)
        {
            valid &= dependency.Evaluate(value, run);
        }

        return valid;
    }

    private bool HasCount(JsonElement value, Evaluation run)
    {
        if (MinProperties == 0 && MaxProperties == int.MaxValue)
        {
            return true;
        }

        var count = value.GetPropertyCount();
        return count < MinProperties ? run.Fail("minProperties", $"must have at least {MinProperties} fields, but has {count}")
            : count <= MaxProperties || run.Fail("maxProperties", $"must have at most {MaxProperties} fields, but has {count}");
    }

    private bool EvaluateProperty(JsonProperty property, Span<bool> seen, Evaluation run)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        var name = JsonText.Unescape(raw);
        var number = _names.Find(name);
        if (number >= 0 && number < seen.Length)
        {
            seen[number] = true;
        }

        var valid = true;
        var isAdditional = true;
        if (number >= 0 && _nodes[number] is { } declared)
        {
            isAdditional = false;
            valid = run.Property(name, declared, property.Value);
        }

        foreach (var (pattern, node) in Patterns)
        {
            if (pattern.IsMatch(name))
            {
                isAdditional = false;
                valid &= run.Property(name, node, property.Value);
            }
        }

        if (isAdditional && Additional is not null)
        {
            valid &= Additional.IsNever
                ? run.FailProperty(name, "additionalProperties", "is not a field that the schema allows")
                : run.Property(name, Additional, property.Value);
        }

        return (PropertyNames is null || run.Property(name, PropertyNames, NameOf(raw))) && valid;
    }

    // The raw name has its escapes still, so that quotes make it a JSON string again.
    private static JsonElement NameOf(ReadOnlySpan<byte> raw) => JsonElement.Parse([(byte)'"', .. raw, (byte)'"']);
}
