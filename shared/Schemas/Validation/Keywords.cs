using System.Globalization;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Where draft-07 has schemas within a schema.</summary>
internal static class Keywords
{
    private static readonly string[] Single = ["additionalItems", "additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then"];
    private static readonly string[] Lists = ["allOf", "anyOf", "items", "oneOf"];
    private static readonly string[] Maps = ["definitions", "dependencies", "patternProperties", "properties"];

    /// <summary>The schemas directly within a schema, each with the JSON pointer from there.</summary>
    public static IEnumerable<(string Pointer, JsonElement Element)> Subschemas(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var property in schema.EnumerateObject())
        {
            var pointer = "/" + JsonPath.Escape(property.Name);
            if (IsSchema(property.Value) && Single.Contains(property.Name))
            {
                yield return (pointer, property.Value);
            }
            else if (property.Value.ValueKind == JsonValueKind.Array && Lists.Contains(property.Name))
            {
                var index = 0;
                foreach (var item in property.Value.EnumerateArray())
                {
                    yield return (string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index++}"), item);
                }
            }
            else if (property.Value.ValueKind == JsonValueKind.Object && Maps.Contains(property.Name))
            {
                foreach (var entry in property.Value.EnumerateObject())
                {
                    if (IsSchema(entry.Value))
                    {
                        yield return ($"{pointer}/{JsonPath.Escape(entry.Name)}", entry.Value);
                    }
                }
            }
        }
    }

    /// <summary>Whether an element can be a schema: an object or a truth value.</summary>
    public static bool IsSchema(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object or JsonValueKind.True or JsonValueKind.False;
}
