using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Schemas;

namespace Millrace.OpenApi.Tests;

/// <summary>Schemas of OpenAPI documents accept and refuse what their version says, once they are translated.</summary>
public sealed class DraftSchemaTests
{
    [Theory]
    [InlineData("""{ "type": "string", "nullable": true }""", "null", true)]
    [InlineData("""{ "type": "string", "nullable": false }""", "null", false)]
    [InlineData("""{ "type": "string" }""", "null", false)]
    [InlineData("""{ "type": "string", "nullable": true, "enum": ["a"] }""", "null", false)]
    [InlineData("""{ "type": "string", "nullable": true, "enum": ["a", null] }""", "null", true)]
    [InlineData("""{ "type": "number", "minimum": 1, "exclusiveMinimum": true }""", "1", false)]
    [InlineData("""{ "type": "number", "minimum": 1, "exclusiveMinimum": false }""", "1", true)]
    [InlineData("""{ "type": "number", "maximum": 1, "exclusiveMaximum": true }""", "0.9", true)]
    [InlineData("""{ "$ref": "#/components/schemas/Text", "maxLength": 1 }""", "\"long\"", true)]
    [InlineData("""{ "type": "object", "required": ["a"], "properties": { "a": { "type": "string", "writeOnly": true } } }""", "{}", true)]
    [InlineData("""{ "type": "object", "required": ["a"], "properties": { "a": { "type": "string", "readOnly": true } } }""", "{}", false)]
    [InlineData("""{ "type": "object", "additionalProperties": { "type": "integer", "format": "int32" }, "example": 7, "xml": {} }""", """{ "a": "x" }""", false)]
    [InlineData("""{ "oneOf": [{ "type": "string" }, { "$ref": "#/components/schemas/Tree" }], "discriminator": { "propertyName": "p" } }""", """{ "below": [{ "below": [7] }] }""", false)]
    [InlineData("""{ "$ref": "#/components/schemas/Tree" }""", """{ "below": [{ "below": [] }] }""", true)]
    public void Of_version_3_0(string schema, string value, bool matches) => Check("3.0.3", schema, value, matches);

    [Theory]
    [InlineData("""{ "type": ["string", "null"] }""", "null", true)]
    [InlineData("""{ "type": "number", "exclusiveMinimum": 1 }""", "1", false)]
    [InlineData("""{ "$ref": "#/components/schemas/Text", "maxLength": 1 }""", "\"long\"", false)]
    [InlineData("""{ "const": 7 }""", "8", false)]
    [InlineData("""{ "prefixItems": [{ "type": "string" }], "items": { "type": "integer" } }""", """["a", 1, 2]""", true)]
    [InlineData("""{ "prefixItems": [{ "type": "string" }], "items": { "type": "integer" } }""", """["a", "b"]""", false)]
    [InlineData("""{ "dependentRequired": { "a": ["b"] } }""", """{ "a": 1 }""", false)]
    [InlineData("""{ "dependentSchemas": { "a": { "required": ["b"] } } }""", """{ "a": 1 }""", false)]
    [InlineData("""{ "$ref": "#/components/schemas/Text/$defs/Short" }""", "\"long\"", false)]
    [InlineData("""{ "contains": { "type": "integer" }, "propertyNames": false, "x-note": 1 }""", """["a"]""", false)]
    [InlineData("true", "7", true)]
    public void Of_version_3_1(string schema, string value, bool matches) => Check("3.1.0", schema, value, matches);

    private static void Check(string version, string schema, string value, bool matches)
    {
        var document = ApiDocument.Parse("test.openapi.json", Encoding.UTF8.GetBytes(new JsonObject
        {
            ["openapi"] = version,
            ["info"] = new JsonObject { ["title"] = "t", ["version"] = "1" },
            ["paths"] = new JsonObject(),
            ["components"] = new JsonObject
            {
                ["schemas"] = JsonNode.Parse("""
                    { "Text": { "type": "string", "$defs": { "Short": { "maxLength": 2 } } },
                      "Tree": { "type": "object", "properties": { "below": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } } } } }
                    """),
            },
        }.ToJsonString().Replace(version == "3.0.3" ? ""","$defs":{"Short":{"maxLength":2}}""" : "none", "", StringComparison.Ordinal)));

        var translated = EmbeddedSchema.Compile("test", DraftSchema.Of(document, "/test", JsonElement.Parse(schema), isRequest: false));

        Assert.Equal(matches, translated.Refuse(JsonElement.Parse(value)) is null);
    }
}
