using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Schemas.Tests;

/// <summary>A schema that is asked directly.</summary>
public sealed class EventSchemaTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("b.c", true)]
    [InlineData("b.d", false)]
    [InlineData("map.anything", true)]
    [InlineData("closed.other", false)]
    [InlineData("referred.x", true)]
    [InlineData("part", true)]
    [InlineData("maybe", false)]
    public void A_field_is_declared_by_properties_and_maps_through_references_and_allOf(string path, bool isDeclared) =>
        Assert.Equal(isDeclared, Compile("""
            {
              "properties": {
                "a": {}, "b": { "properties": { "c": {} } }, "map": { "additionalProperties": { "type": "string" } },
                "closed": { "properties": { "x": {} }, "additionalProperties": false }, "referred": { "$ref": "#/definitions/r" } },
              "allOf": [{ "properties": { "part": {} } }], "anyOf": [{ "properties": { "maybe": {} } }],
              "definitions": { "r": { "properties": { "x": {} } } }
            }
            """).Declares(path.Split('.')));

    [Theory]
    [InlineData("""{ "properties": { "a": { "type": "string", "pattern": "^x" } } }""", "'/properties/a' has a pattern, but no maxLength")]
    [InlineData("""{ "properties": { "a": { "type": "string", "format": "date-time" } } }""", "'/properties/a' has a format, but no maxLength")]
    [InlineData("""{ "properties": { "a": { "items": { "anyOf": [{}, { "$ref": "#/definitions/p" }] } } }, "definitions": { "p": { "pattern": "^x" } } }""", "'/definitions/p' has a pattern, but no maxLength")]
    [InlineData("""{ "patternProperties": { "^x": {} } }""", "'' has patternProperties, but no propertyNames with a maxLength")]
    [InlineData("""{ "uniqueItems": true }""", "'' has uniqueItems over objects or arrays, but no maxItems")]
    [InlineData("""{ "uniqueItems": true, "items": { "type": ["string", "array"] } }""", "'' has uniqueItems over objects or arrays, but no maxItems")]
    [InlineData("""{ "pattern": "^x", "maxLength": 10 }""", null)]
    [InlineData("""{ "patternProperties": { "^x": {} }, "propertyNames": { "$ref": "#/definitions/n" }, "definitions": { "n": { "maxLength": 10 } } }""", null)]
    [InlineData("""{ "uniqueItems": true, "items": { "type": "string" } }""", null)]
    [InlineData("""{ "uniqueItems": true, "maxItems": 10 }""", null)]
    [InlineData("""{ "properties": { "again": { "$ref": "#" } } }""", null)]
    public void What_has_no_bound_is_told_by_its_place(string schema, string? problem) =>
        Assert.Equal(problem is null ? [] : [problem], Compile(schema).Unbounded);

    [Theory]
    [InlineData("""{"a":1,"k":"v"}""", null)]
    [InlineData("""{"a":"x","k":"v"}""", "'.a' must be integer, but is string \"x\"")]
    [InlineData("""{"a":1}""", "'.k' must be a string, a number or a boolean, as the stream is keyed by it")]
    [InlineData("""[1]""", "An event must be a JSON object, but this is array [1].")]
    [InlineData("""{"a":1,"a":2,"k":"v"}""", "The value is not JSON")]
    public void An_event_is_checked_and_keyed_in_one(string value, string? problem)
    {
        var key = new MessageKey([new("k", "k")]);

        var isGood = Compile("""{ "properties": { "a": { "type": "integer" } } }""").TryCheck(Encoding.UTF8.GetBytes(value), key, out _, out var bytes, out var refusal);

        Assert.Equal(problem is null, isGood);
        Assert.Equal(problem is null ? """{"k":"v"}""" : null, bytes is null ? null : Encoding.UTF8.GetString(bytes));
        Assert.StartsWith(problem ?? "", refusal?.Error.Message ?? "", StringComparison.Ordinal);
        Assert.Equal(refusal?.Error.Type == ErrorTypes.InvalidEvent && problem!.Contains("'.a'", StringComparison.Ordinal) ? 1 : 0, refusal?.Faults.Count ?? 0);
    }

    private static EventSchema Compile(string schema)
    {
        var uri = new Uri(SchemaRepository.Root, "/test/1.0.0");
        return new EventSchema("/test/1.0.0", SchemaCompiler.Compile(uri, "/test/1.0.0", JsonElement.Parse(schema), _ => null));
    }
}
