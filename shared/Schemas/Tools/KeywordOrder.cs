using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Schemas;

/// <summary>The order in which materialised schemas have their keywords: what it is, what it asks, what is in it.</summary>
internal static class KeywordOrder
{
    private static readonly string[] First = ["title", "description", "$comment", "$id", "$schema", "type"];
    private static readonly string[] Last = ["required", "properties", "patternProperties", "items", "default", "examples"];

    /// <summary>Copies a schema with the keywords of all its schemas in order; fields keep theirs.</summary>
    public static JsonNode? Apply(JsonObject schema) => Apply(SchemaCopy.Element(schema));

    private static JsonNode? Apply(JsonElement schema)
    {
        var copy = SchemaCopy.Of(schema, (_, below) => Apply(below));
        return copy is JsonObject keywords
            ? new JsonObject(keywords.OrderBy(keyword => Rank(keyword.Key)).Select(keyword => KeyValuePair.Create(keyword.Key, keyword.Value?.DeepClone())))
            : copy;
    }

    private static int Rank(string keyword) => Array.IndexOf(First, keyword) is var first and >= 0 ? first - First.Length
        : Array.IndexOf(Last, keyword) + 1;
}
