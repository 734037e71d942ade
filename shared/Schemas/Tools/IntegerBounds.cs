using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Schemas;

/// <summary>The integers that a double holds exactly, ±(2^53−1): beyond them JSON parsers in use change the number.</summary>
internal static class IntegerBounds
{
    /// <summary>The greatest such integer; the least is its negative.</summary>
    public const long Most = (1L << 53) - 1;

    /// <summary>Whether a lower bound is there and within the range.</summary>
    public static bool IsLow(JsonElement? bound) => bound is { ValueKind: JsonValueKind.Number } number && JsonNumber.Of(number).CompareTo(JsonNumber.Of("-9007199254740991"u8)) >= 0;

    /// <summary>Whether an upper bound is there and within the range.</summary>
    public static bool IsHigh(JsonElement? bound) => bound is { ValueKind: JsonValueKind.Number } number && JsonNumber.Of(number).CompareTo(JsonNumber.Of("9007199254740991"u8)) <= 0;

    /// <summary>Gives every integer of a schema both bounds; one beyond the range is moved to its end.</summary>
    public static JsonNode? Apply(JsonElement schema)
    {
        var copy = SchemaCopy.Of(schema, (_, below) => Apply(below));
        if (copy is JsonObject integer && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("integer"))
        {
            Bound(schema, integer, "minimum", "exclusiveMinimum", -Most, IsLow);
            Bound(schema, integer, "maximum", "exclusiveMaximum", Most, IsHigh);
        }

        return copy;
    }

    private static void Bound(JsonElement schema, JsonObject copy, string keyword, string exclusive, long end, Func<JsonElement?, bool> isWithin)
    {
        if (!isWithin(Find(keyword)) && !isWithin(Find(exclusive)))
        {
            copy.Remove(exclusive);
            copy[keyword] = end;
        }

        JsonElement? Find(string name) => schema.TryGetProperty(name, out var value) ? value : null;
    }
}
