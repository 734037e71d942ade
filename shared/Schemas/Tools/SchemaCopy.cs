using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Schemas;

/// <summary>Copies a schema, with other schemas in the place of those directly within it.</summary>
internal static class SchemaCopy
{
    private static readonly JsonSerializerOptions Deep = new() { MaxDepth = SchemaFile.MaxDepth };

    /// <summary>Copies a schema.</summary>
    /// <param name="schema">An object, true or false.</param>
    /// <param name="replace">Gives what stands in the copy for a schema directly within this one, by its JSON pointer from here.</param>
    public static JsonNode? Of(JsonElement schema, Func<string, JsonElement, JsonNode?> replace)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return Plain(schema);
        }

        var within = Keywords.Subschemas(schema).ToDictionary(found => found.Pointer, found => found.Element, StringComparer.Ordinal);
        var copy = new JsonObject();
        foreach (var keyword in schema.EnumerateObject())
        {
            copy[keyword.Name] = Value("/" + JsonPath.Escape(keyword.Name), keyword.Value, depth: 0);
        }

        return copy;

        // Schemas stand directly below a keyword, or one level further down in its array or object.
        JsonNode? Value(string pointer, JsonElement value, int depth)
        {
            if (within.TryGetValue(pointer, out var found))
            {
                return replace(pointer, found);
            }

            switch (value.ValueKind)
            {
                case JsonValueKind.Object when depth == 0:
                    return new JsonObject(value.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, Value($"{pointer}/{JsonPath.Escape(entry.Name)}", entry.Value, 1))));
                case JsonValueKind.Array when depth == 0:
                    return new JsonArray([.. value.EnumerateArray().Select((item, index) => Value($"{pointer}/{index}", item, 1))]);
                default:
                    return Plain(value);
            }
        }
    }

    /// <summary>A copy of any value as it is.</summary>
    public static JsonNode? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object => JsonObject.Create(value.Clone()),
        JsonValueKind.Array => JsonArray.Create(value.Clone()),
        _ => JsonValue.Create(value.Clone()),
    };

    /// <summary>What was put together, as a document that can be read.</summary>
    public static JsonElement Element(JsonNode? node) => JsonSerializer.SerializeToElement(node, Deep);
}
