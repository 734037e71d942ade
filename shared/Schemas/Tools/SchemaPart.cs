using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A schema within a schema document.</summary>
/// <param name="Pointer">The JSON pointer to it; empty is the document itself.</param>
/// <param name="Element">The schema: an object, true or false.</param>
/// <param name="IsField">Whether it describes a value that the event has, such as a property or an item, rather than a condition.</param>
internal sealed record SchemaPart(string Pointer, JsonElement Element, bool IsField)
{
    private static readonly string[] FieldKeywords = ["additionalProperties", "items", "patternProperties", "properties"];

    /// <summary>The keyword that it stands below; empty for the document itself.</summary>
    public string Keyword { get; private init; } = "";

    /// <summary>The name of the property that it describes; null where it is no property.</summary>
    public string? FieldName { get; private init; }

    /// <summary>The document's schemas, from the outside in.</summary>
    public static IEnumerable<SchemaPart> AllOf(JsonElement document) => Below(new SchemaPart("", document, IsField: true));

    /// <summary>A keyword's value; null where it is absent or the schema is a truth value.</summary>
    public JsonElement? Find(string keyword) =>
        Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(keyword, out var value) ? value : null;

    /// <summary>Whether the schema has a keyword.</summary>
    public bool Has(string keyword) => Find(keyword) is not null;

    /// <summary>The keyword's text; null where it is absent, or no text.</summary>
    public string? Text(string keyword) => Find(keyword) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static IEnumerable<SchemaPart> Below(SchemaPart part)
    {
        yield return part;
        foreach (var (pointer, element) in Keywords.Subschemas(part.Element))
        {
            var tokens = pointer.Split('/');
            var below = new SchemaPart(part.Pointer + pointer, element, part.IsField && FieldKeywords.Contains(tokens[1]))
            {
                Keyword = tokens[1],
                FieldName = tokens is ["", "properties", var name] ? JsonPath.Unescape(name) : null,
            };
            foreach (var found in Below(below))
            {
                yield return found;
            }
        }
    }
}
