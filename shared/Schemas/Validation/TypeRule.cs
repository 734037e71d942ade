using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The keyword <c>type</c>.</summary>
internal sealed class TypeRule
{
    private readonly bool[] _kinds = new bool[(int)JsonValueKind.Null + 1];
    private readonly bool _wholeOnly;
    private readonly string _names;

    private TypeRule(IReadOnlyList<string> names)
    {
        _names = string.Join(" or ", names);
        _wholeOnly = names.Contains("integer") && !names.Contains("number");
        foreach (var name in names)
        {
            foreach (var kind in KindsOf(name))
            {
                _kinds[(int)kind] = true;
            }
        }
    }

    /// <summary>The type names of JSON Schema.</summary>
    public static IReadOnlyList<string> Names { get; } = ["array", "boolean", "integer", "null", "number", "object", "string"];

    /// <summary>The kinds of values that are of one of the types, a bit for each <see cref="JsonValueKind"/>.</summary>
    public int Kinds
    {
        get
        {
            var kinds = 0;
            for (var kind = 0; kind < _kinds.Length; kind++)
            {
                kinds |= _kinds[kind] ? 1 << kind : 0;
            }

            return kinds;
        }
    }

    /// <summary>Whether numbers must be whole.</summary>
    public bool IsWholeOnly => _wholeOnly;

    /// <summary>Compiles a list of <see cref="Names"/>.</summary>
    public static TypeRule Of(IReadOnlyList<string> names) => new(names);

    /// <summary>Whether the value is of one of the types.</summary>
    public bool Evaluate(JsonElement value, Evaluation run) =>
        (_kinds[(int)value.ValueKind] && (!_wholeOnly || value.ValueKind != JsonValueKind.Number || IsWhole(value)))
        || run.Fail("type", $"must be {_names}, but is {value}");

    private static bool IsWhole(JsonElement number) => number.TryGetInt64(out _) || JsonNumber.Of(number).IsWhole;

    private static JsonValueKind[] KindsOf(string name) => name switch
    {
        "array" => [JsonValueKind.Array],
        "boolean" => [JsonValueKind.True, JsonValueKind.False],
        "integer" or "number" => [JsonValueKind.Number],
        "null" => [JsonValueKind.Null],
        "object" => [JsonValueKind.Object],
        "string" => [JsonValueKind.String],
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, $"A type is one of {string.Join(", ", Names)}."),
    };
}
