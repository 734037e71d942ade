using System.Text.Json.Nodes;

namespace Millrace.Schemas.Tests;

/// <summary>A schema that keeps every rule, and what is found once it is changed.</summary>
internal static class Checked
{
    public const string Uri = "/page/visit/1.0.0";

    public static JsonObject Good() => JsonNode.Parse("""
        {
          "title": "page/visit", "$id": "/page/visit/1.0.0", "$schema": "http://json-schema.org/draft-07/schema#",
          "type": "object", "required": ["$schema", "meta", "dt"],
          "properties": {
            "$schema": { "type": "string" },
            "dt": { "type": "string", "format": "date-time", "maxLength": 128 },
            "meta": { "type": "object", "required": ["stream"], "properties": { "stream": { "type": "string", "minLength": 1 } } },
            "count": { "type": "integer", "minimum": 0, "maximum": 100 },
            "tags": { "type": "array", "items": { "type": "string" }, "uniqueItems": true },
            "scores": { "type": "object", "additionalProperties": { "type": "number" } },
            "kind": { "type": "string", "enum": ["a", "b"] }
          },
          "examples": [{ "$schema": "/page/visit/1.0.0", "dt": "2026-01-31T12:00:00Z", "meta": { "stream": "page.visit" } }]
        }
        """)!.AsObject();

    public static IReadOnlyList<SchemaFinding> After(Action<JsonObject> change)
    {
        var schema = Good();
        change(schema);
        return SchemaCheck.Document(Uri, System.Text.Json.JsonElement.Parse(schema.ToJsonString()));
    }

    /// <summary>What is found when one more field has that schema.</summary>
    public static IReadOnlyList<SchemaFinding> WithField(string schema, string name = "field") =>
        After(document => document["properties"]![name] = JsonNode.Parse(schema));
}
