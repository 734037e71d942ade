using System.Text.Encodings.Web;
using System.Text.Json;

namespace Millrace.Testing;

/// <summary>One place where two JSON values differ.</summary>
/// <param name="Path">Where, such as <c>.revision.content_slots.main</c>; empty is the whole.</param>
/// <param name="Expected">What was expected there; null is nothing.</param>
/// <param name="Got">What is there; null is nothing.</param>
public sealed record JsonDifference(string Path, string? Expected, string? Got)
{
    private const int MaxQuotation = 160;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The places where two values differ, by JSON's values: the order of fields and the spelling of numbers do not count.</summary>
    /// <param name="expected">What was expected.</param>
    /// <param name="got">What there is.</param>
    /// <param name="namedOnly">Whether fields that are not expected may be there.</param>
    public static IReadOnlyList<JsonDifference> Between(JsonElement expected, JsonElement got, bool namedOnly = false)
    {
        var found = new List<JsonDifference>();
        Compare("", expected, got, namedOnly, found);
        return found;
    }

    /// <summary>What of a value stands at the places that another names: all fields of objects that it has, and whole what is no object there.</summary>
    public static JsonElement Named(JsonElement names, JsonElement value)
    {
        if (names.ValueKind != JsonValueKind.Object || value.ValueKind != JsonValueKind.Object)
        {
            return value;
        }

        return JsonSerializer.SerializeToElement(names.EnumerateObject().Where(field => value.TryGetProperty(field.Name, out _))
            .ToDictionary(field => field.Name, field => Named(field.Value, value.GetProperty(field.Name))));
    }

    /// <summary>A value as it is shown: on one line, and not all of it where it is long.</summary>
    internal static string Text(JsonElement value) => Cut(JsonSerializer.Serialize(value, Plain), 0);

    private static void Compare(string path, JsonElement expected, JsonElement got, bool namedOnly, List<JsonDifference> found)
    {
        if (expected.ValueKind == JsonValueKind.Object && got.ValueKind == JsonValueKind.Object)
        {
            CompareFields(path, expected, got, namedOnly, found);
        }
        else if (expected.ValueKind == JsonValueKind.Array && got.ValueKind == JsonValueKind.Array)
        {
            for (var i = 0; i < Math.Max(expected.GetArrayLength(), got.GetArrayLength()); i++)
            {
                CompareItem($"{path}[{i}]", i < expected.GetArrayLength() ? expected[i] : null, i < got.GetArrayLength() ? got[i] : null, namedOnly, found);
            }
        }
        else if (!JsonElement.DeepEquals(expected, got))
        {
            var (left, right) = (JsonSerializer.Serialize(expected, Plain), JsonSerializer.Serialize(got, Plain));
            var same = left.AsSpan().CommonPrefixLength(right);
            found.Add(new JsonDifference(path, Cut(left, same), Cut(right, same)));
        }
    }

    private static void CompareFields(string path, JsonElement expected, JsonElement got, bool namedOnly, List<JsonDifference> found)
    {
        foreach (var field in expected.EnumerateObject())
        {
            CompareItem(Below(path, field.Name), field.Value, got.TryGetProperty(field.Name, out var value) ? value : null, namedOnly, found);
        }

        foreach (var field in got.EnumerateObject().Where(field => !namedOnly && !expected.TryGetProperty(field.Name, out _)))
        {
            CompareItem(Below(path, field.Name), null, field.Value, namedOnly, found);
        }
    }

    private static void CompareItem(string path, JsonElement? expected, JsonElement? got, bool namedOnly, List<JsonDifference> found)
    {
        if (expected is { } left && got is { } right)
        {
            Compare(path, left, right, namedOnly, found);
        }
        else
        {
            found.Add(new JsonDifference(path, expected is { } missing ? Text(missing) : null, got is { } unexpected ? Text(unexpected) : null));
        }
    }

    private static string Below(string path, string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '$') ? $"{path}.{name}" : $"{path}[{JsonSerializer.Serialize(name, Plain)}]";

    // Of long texts the place where they part, with some of what is before it.
    private static string Cut(string text, int same)
    {
        if (text.Length <= MaxQuotation)
        {
            return text;
        }

        var start = Math.Clamp(same - (MaxQuotation / 4), 0, text.Length - 1);
        var length = Math.Min(MaxQuotation, text.Length - start);
        return $"{(start > 0 ? "…" : "")}{text.AsSpan(start, length)}{(start + length < text.Length ? "…" : "")}";
    }
}
