using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>What it means that a keyword came, went or changed.</summary>
internal static class KeywordMeaning
{
    private static readonly string[] Annotations = ["$id", "$comment", "description", "examples"];

    // Those that may be added without refusing any event. A default may not change later: intake writes it into events.
    private static readonly string[] Harmless = [.. Annotations, "$schema", "title", "default", "readOnly", "writeOnly", "contentMediaType", "contentEncoding", "definitions"];

    private static readonly string[] LowerBounds = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
    private static readonly string[] UpperBounds = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

    private static readonly string[] Constraints =
    [
        .. LowerBounds, .. UpperBounds, "type", "enum", "const", "format", "pattern", "multipleOf", "additionalProperties", "additionalItems", "items", "contains",
        "uniqueItems", "propertyNames", "patternProperties", "dependencies", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "$ref", "properties",
    ];

    /// <summary>A keyword's value; null where it is absent, or has a value that says what its absence says.</summary>
    public static JsonElement? Effective(string keyword, JsonElement? value) => (keyword, value) switch
    {
        ("additionalProperties" or "items" or "additionalItems" or "propertyNames", { ValueKind: JsonValueKind.True }) => null,
        ("additionalProperties" or "items" or "additionalItems" or "propertyNames", { ValueKind: JsonValueKind.Object } schema) when schema.GetPropertyCount() == 0 => null,
        ("uniqueItems", { ValueKind: JsonValueKind.False }) => null,
        ("minLength" or "minItems" or "minProperties", { ValueKind: JsonValueKind.Number } least) when JsonNumber.Of(least).CompareTo(JsonNumber.Of("0"u8)) == 0 => null,
        _ => value,
    };

    /// <summary>Whether a change is compatible, and why; null where there is none.</summary>
    public static (bool IsCompatible, string Sentence)? Difference(string keyword, JsonElement? old, JsonElement? current, bool isRoot)
    {
        var isAnnotation = Annotations.Contains(keyword) || (!isRoot && keyword is ("title" or "$schema"));
        return (old, current) switch
        {
            (null, null) => null,
            (null, { } added) when isAnnotation || Harmless.Contains(keyword) => (true, $"{keyword} was added"),
            (null, { } added) when Constraints.Contains(keyword) => (false, $"{keyword} {Show(added)} was added: a new constraint on an old field, which events of the old version may not match"),
            (null, _) => (true, $"{keyword} was added, which is no keyword of draft-07"),
            ({ } _, null) => isAnnotation ? (true, $"{keyword} was removed") : (false, $"{keyword} was removed: what a version says stays"),
            ({ } before, { } after) when JsonEquality.Instance.Equals(before, after) || (keyword == "$schema" && IsDraft07(before) && IsDraft07(after)) => null,
            ({ } before, { } after) when isAnnotation => (true, $"{keyword} changed"),
            ({ } before, { } after) => (false, $"{keyword} {Changed(keyword, before, after)}"),
        };
    }

    private static string Changed(string keyword, JsonElement old, JsonElement current)
    {
        var isLower = LowerBounds.Contains(keyword);
        if ((!isLower && !UpperBounds.Contains(keyword)) || old.ValueKind != JsonValueKind.Number || current.ValueKind != JsonValueKind.Number)
        {
            return $"was {Show(old)} and is {Show(current)}: what a version says stays";
        }

        var isTighter = JsonNumber.Of(current).CompareTo(JsonNumber.Of(old)) > 0 == isLower;
        return isTighter
            ? $"was tightened from {Show(old)} to {Show(current)}: events of the old version may not match"
            : $"was loosened from {Show(old)} to {Show(current)}: consumers of the old version may have no room for what comes";
    }

    private static bool IsDraft07(JsonElement dialect) =>
        dialect.ValueKind == JsonValueKind.String && dialect.GetString()!.TrimEnd('#') is (Dialect.Uri or Dialect.SecureUri);

    private static string Show(JsonElement value) => JsonExcerpt.Shorten(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value));
}
