using System.Text.Json.Nodes;

namespace Millrace.Local;

/// <summary>An example of a schema that was made from a type.</summary>
internal static class ExampleEvent
{
    private static readonly Dictionary<string, string> Formats = new(StringComparer.Ordinal)
    {
        ["date-time"] = "2026-01-31T12:00:00Z",
        ["date"] = "2026-01-31",
        ["time"] = "12:00:00Z",
        ["uuid"] = "9c3d7a04-1f6e-4c1b-b2a8-5e7d0f9b6c32",
        ["uri"] = "https://example.org/",
        ["uri-reference"] = "https://example.org/",
        ["email"] = "someone@example.org",
    };

    /// <summary>An event with every field of the schema. It may not match where a field has a pattern, or asks for multiples.</summary>
    public static JsonObject Of(JsonObject schema, string uri)
    {
        // Read again, so that numbers are JSON's and not of the type that they were set as.
        var example = Value(JsonNode.Parse(schema.ToJsonString())!.AsObject())!.AsObject();
        example["$schema"] = uri;
        example["meta"]!["stream"] = uri[1..uri.LastIndexOf('/')].Replace('/', '.');
        return example;
    }

    private static JsonNode? Value(JsonObject schema) => schema switch
    {
        _ when schema["enum"] is JsonArray values => values[0]?.DeepClone(),
        _ when schema["properties"] is JsonObject properties => new JsonObject(properties.Select(field => KeyValuePair.Create(field.Key, Value(field.Value!.AsObject())))),
        _ => (string)schema["type"]! switch
        {
            "object" => new JsonObject { ["key"] = Value(schema["additionalProperties"]!.AsObject()) },
            "array" => new JsonArray([.. Enumerable.Range(0, Math.Max(1, Count(schema, "minItems"))).Select(_ => Value(schema["items"]!.AsObject()))]),
            "boolean" => true,
            "string" => Text(schema),
            _ => Number(schema),
        },
    };

    private static string Text(JsonObject schema)
    {
        var text = schema["format"] is { } format ? Formats[(string)format!] : "text";
        var (least, most) = (Count(schema, "minLength"), schema.ContainsKey("maxLength") ? Count(schema, "maxLength") : int.MaxValue);
        return schema.ContainsKey("format") ? text : text.PadRight(least, '.')[..Math.Min(Math.Max(least, text.Length), most)];
    }

    private static JsonNode Number(JsonObject schema)
    {
        var isTooLarge = (schema["maximum"] ?? schema["exclusiveMaximum"]) is { } most && most.GetValue<double>() <= 1;
        return isTooLarge && schema["minimum"] is { } least ? least.DeepClone()
            : schema["minimum"] is { } low && low.GetValue<double>() > 1 ? low.DeepClone()
            : 1;
    }

    private static int Count(JsonObject schema, string keyword) => schema[keyword] is { } count ? count.GetValue<int>() : 0;
}
