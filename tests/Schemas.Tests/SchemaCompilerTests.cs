using System.Text.Json;

namespace Millrace.Schemas.Tests;

public sealed class SchemaCompilerTests
{
    [Theory]
    [InlineData("""{"properties":{"a":{"type":"int"}}}""", "/properties/a", "type")]
    [InlineData("""{"type":[]}""", "", "type")]
    [InlineData("""{"type":1}""", "", "type")]
    [InlineData("""{"minLength":-1}""", "", "minLength")]
    [InlineData("""{"maxItems":1.5}""", "", "maxItems")]
    [InlineData("""{"minimum":"1"}""", "", "minimum")]
    [InlineData("""{"minimum":1e1000000000000000000000}""", "", "minimum")]
    [InlineData("""{"multipleOf":0}""", "", "multipleOf")]
    [InlineData("""{"uniqueItems":"yes"}""", "", "uniqueItems")]
    [InlineData("""{"required":"a"}""", "", "required")]
    [InlineData("""{"required":[1]}""", "", "required")]
    [InlineData("""{"enum":"a"}""", "", "enum")]
    [InlineData("""{"properties":[]}""", "", "properties")]
    [InlineData("""{"properties":{"a":1}}""", "", "properties/a")]
    [InlineData("""{"items":1}""", "", "items")]
    [InlineData("""{"items":[1]}""", "", "items")]
    [InlineData("""{"allOf":[]}""", "", "allOf")]
    [InlineData("""{"not":null}""", "", "not")]
    [InlineData("""{"dependencies":{"a":[1]}}""", "", "dependencies/a")]
    [InlineData("""{"definitions":{"a":{"pattern":"("}}}""", "/definitions/a", "pattern")]
    [InlineData("""{"pattern":"(?=a)"}""", "", "pattern")]
    [InlineData("""{"patternProperties":{"(a)\\1":true}}""", "", "patternProperties")]
    [InlineData("""{"format":1}""", "", "format")]
    [InlineData("""{"$ref":"#/definitions/missing"}""", "", "#/definitions/missing")]
    [InlineData("""{"items":{"$ref":"#name"}}""", "/items", "#name")]
    [InlineData("""{"$ref":"#/enum","enum":[1]}""", "", "#/enum")]
    [InlineData("""{"$ref":1}""", "", "$ref")]
    [InlineData("""{"$schema":"https://json-schema.org/draft/2020-12/schema"}""", "", "2020-12")]
    [InlineData("""1""", "", "number 1")]
    public void A_wrong_schema_is_refused_with_its_place_and_the_keyword(string schema, string location, string named)
    {
        var refusal = Compiled.Refusal(schema);
        Assert.Equal(location, refusal.Location);
        Assert.Equal("/test/schema/1.0.0", refusal.Schema);
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"allOf":[{"$ref":"#"}]}""")]
    [InlineData("""{"not":{"$ref":"#/definitions/a"},"definitions":{"a":{"anyOf":[{"$ref":"#"}]}}}""")]
    [InlineData("""{"dependencies":{"a":{"$ref":"#"}}}""")]
    [InlineData("""{"properties":{"a":{"$ref":"#/definitions/a"}},"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}}}""")]
    public void A_schema_that_never_goes_down_into_the_value_is_refused(string schema) =>
        Assert.Contains("never end", Compiled.Refusal(schema).Message, StringComparison.Ordinal);

    [Fact]
    public void A_recursive_schema_that_goes_down_is_accepted()
    {
        const string tree = """{"type":"object","additionalProperties":{"$ref":"#"}}""";
        Assert.True(Compiled.Matches(tree, """{"a":{"b":{}}}"""));
        Assert.False(Compiled.Matches(tree, """{"a":{"b":1}}"""));
    }

    [Fact]
    public void A_chain_of_references_too_long_for_the_stack_is_refused_and_does_not_crash()
    {
        var definitions = string.Join(',', Enumerable.Range(0, 100_000).Select(number => $$"""
            "d{{number}}":{"$ref":"#/definitions/d{{number + 1}}"}
            """));
        var refusal = Compiled.Refusal($$$"""{"$ref":"#/definitions/d0","definitions":{{{{definitions}}},"d100000":true}}""");
        Assert.Contains("too deeply", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("../../../../etc/passwd")]
    public void References_ask_the_given_source_and_nothing_else(string reference)
    {
        var asked = new List<Uri>();
        Assert.Throws<SchemaException>(() => Compiled.Schema($$"""{"$ref":"{{reference}}"}""", uri =>
        {
            asked.Add(uri);
            return null;
        }));
        Assert.Equal(new Uri(Compiled.Base, reference), Assert.Single(asked));
    }

    [Fact]
    public void A_repeated_id_is_tolerated_until_something_refers_to_it()
    {
        const string repeated = """
            "properties":{"a":{"$id":"/part/1.0.0","type":"string"},"b":{"$id":"/part/1.0.0","type":"integer"}}
            """;
        Assert.True(Compiled.Matches($"{{{repeated}}}", """{"a":"x","b":1}"""));
        var refusal = Compiled.Refusal($$$"""{"allOf":[{"$ref":"/part/1.0.0"}],{{{repeated}}}}""");
        Assert.Contains("ambiguous", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("/allOf/0", refusal.Location);
    }

    [Fact]
    public void A_repeated_id_whose_copies_are_equal_may_be_referred_to() =>
        Assert.False(Compiled.Matches(
            """
            {"properties":{"a":{"$id":"/part/1.0.0","type":"string"},"b":{"type":"string","$id":"/part/1.0.0"},"c":{"$ref":"/part/1.0.0"}}}
            """,
            """{"c":1}"""));

    [Fact]
    public void The_dialect_may_be_spelled_with_https() =>
        Assert.True(Compiled.Matches("""{"$schema":"https://json-schema.org/draft-07/schema#","type":"object"}""", "{}"));

    [Fact]
    public void The_title_is_the_root_s()
    {
        Assert.Equal("a/b", Compiled.Schema("""{"title":"a/b","properties":{"x":{"title":"c"}}}""").Title);
        Assert.Null(Compiled.Schema("true").Title);
    }

    [Fact]
    public void A_reference_into_another_document_counts_from_that_document()
    {
        var other = JsonElement.Parse("""{"definitions":{"id":{"$ref":"#/definitions/number"},"number":{"type":"integer"}}}""");
        var schema = Compiled.Schema(
            """{"properties":{"id":{"$ref":"/other/1.0.0#/definitions/id"}}}""",
            uri => uri.AbsolutePath == "/other/1.0.0" ? other : null);
        Assert.True(schema.IsValid(JsonElement.Parse("""{"id":1}""")));
        Assert.False(schema.IsValid(JsonElement.Parse("""{"id":"1"}""")));
    }
}
