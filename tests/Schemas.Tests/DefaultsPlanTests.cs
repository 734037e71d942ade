using System.Text;
using System.Text.Json.Nodes;

namespace Millrace.Schemas.Tests;

public sealed class DefaultsPlanTests
{
    [Theory]
    [InlineData("""{"properties":{"a":{"default":1}}}""", "{}", """{"a":1}""")]
    [InlineData("""{"properties":{"a":{"default":1}}}""", """{"b":2}""", """{"b":2,"a":1}""")]
    [InlineData("""{"properties":{"a":{"default":1},"b":{"default":{"c":[]}}}}""", " { } ", """ { "a":1,"b":{"c":[]}} """)]
    [InlineData("""{"properties":{"a":{"properties":{"b":{"default":"x"}}},"z":{"default":null}}}""", """{"a":{}}""", """{"a":{"b":"x"},"z":null}""")]
    [InlineData("""{"items":{"properties":{"a":{"default":1}}}}""", """[{},{"a":2},3,{}]""", """[{"a":1},{"a":2},3,{"a":1}]""")]
    [InlineData("""{"items":[{},{"properties":{"a":{"default":1}}}]}""", """[{},{}]""", """[{},{"a":1}]""")]
    [InlineData("""{"additionalProperties":{"properties":{"a":{"default":1}}}}""", """{"x":{},"y":{"a":0}}""", """{"x":{"a":1},"y":{"a":0}}""")]
    [InlineData("""{"properties":{"a":{"$ref":"#/definitions/d"}},"definitions":{"d":{"default":7}}}""", "{}", """{"a":7}""")]
    [InlineData("""{"allOf":[{"properties":{"a":{"default":1}}},{"properties":{"a":{"default":2},"b":{"default":3}}}]}""", "{}", """{"a":1,"b":3}""")]
    [InlineData("""{"properties":{"n":{"default":{},"properties":{"b":{"default":{},"properties":{"c":{"default":1}}}}}}}""", "{}", """{"n":{"b":{"c":1}}}""")]
    [InlineData("""{"properties":{"ä\"":{"default":1}}}""", "{}", """{"\u00E4\u0022":1}""")]
    public void A_field_that_is_absent_is_written_behind_the_others(string schema, string json, string expected) =>
        Assert.Equal(expected, Fill(schema, json));

    [Theory]
    [InlineData("""{"properties":{"a":{"default":1}}}""", """{"a":2}""")]
    [InlineData("""{"properties":{"a":{"default":1}}}""", """{"a":null}""")]
    [InlineData("""{"properties":{"a":{"default":1}}}""", """{"\u0061":null}""")]
    [InlineData("""{"properties":{"a":{"default":1}}}""", "[]")]
    [InlineData("""{"properties":{"a":{"default":1}}}""", "{")]
    [InlineData("""{"properties":{"a":{"default":1}}}""", "")]
    [InlineData("""{"anyOf":[{"properties":{"a":{"default":1}}}],"not":{"required":["a"],"properties":{"a":{"default":1}}}}""", "{}")]
    public void An_event_that_lacks_nothing_is_the_same_array(string schema, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.Same(bytes, Compiled.Schema(schema).Defaults?.Fill(bytes) ?? bytes);
    }

    [Fact]
    public void A_schema_without_defaults_has_no_plan_for_them() =>
        Assert.Null(Compiled.Schema("""{"properties":{"a":{"properties":{"b":{"type":"string"}}}},"default":{}}""").Defaults);

    [Fact]
    public void A_default_that_contains_itself_ends() =>
        Assert.Equal("""{"a":{"a":{}}}""", Fill("""{"$ref":"#/definitions/d","definitions":{"d":{"properties":{"a":{"$ref":"#/definitions/d"}},"default":{}}}}""", "{}"));

    [Fact]
    public void Nesting_beyond_the_limit_is_left_to_validation()
    {
        var deep = Encoding.UTF8.GetBytes(new string('[', 1_000));
        Assert.Same(deep, Compiled.Schema("""{"items":{"$ref":"#"},"properties":{"a":{"default":1}}}""").Defaults!.Fill(deep));
    }

    [CorpusTheory]
    [InlineData("/test/event/0.0.2")]
    [InlineData("/test/event/0.0.3")]
    [InlineData("/test/event/1.0.0")]
    [InlineData("/test/event/2.0.0")]
    public void An_event_of_a_schema_in_use_gets_its_default_and_stays_valid(string uri)
    {
        var schemas = new EventSchemas(Repositories.Wikimedia());
        var lacking = JsonNode.Parse(WikimediaTests.Examples(uri).First().GetRawText())!.AsObject();
        lacking.Remove("test");
        var json = Encoding.UTF8.GetBytes(lacking.ToJsonString());

        var filled = schemas.WithDefaults(uri, json);

        Assert.True(schemas.TryValidate(uri, filled, out var error), error?.Message);
        Assert.StartsWith("default", (string?)JsonNode.Parse(filled)!["test"], StringComparison.Ordinal);
        Assert.Same(filled, schemas.WithDefaults(uri, filled));
        Assert.Same(json, schemas.WithDefaults("/test/event/99.0.0", json));
    }

    private static string Fill(string schema, string json) =>
        Encoding.UTF8.GetString(Compiled.Schema(schema).Defaults!.Fill(Encoding.UTF8.GetBytes(json)));
}
