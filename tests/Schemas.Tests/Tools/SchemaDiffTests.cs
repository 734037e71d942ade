using System.Text.Json;

namespace Millrace.Schemas.Tests;

public sealed class SchemaDiffTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("""{ "maximum": 1 }""", """{ "maximum": 1.0 }""")]
    [InlineData("""{ "required": ["a", "b"] }""", """{ "required": ["b", "a"] }""")]
    [InlineData("{}", """{ "required": [] }""")]
    [InlineData("""{ "additionalProperties": true }""", "{}")]
    [InlineData("{}", """{ "uniqueItems": false, "minLength": 0, "items": {} }""")]
    [InlineData("""{ "items": true }""", """{ "items": {} }""")]
    [InlineData("""{ "$schema": "http://json-schema.org/draft-07/schema#" }""", """{ "$schema": "https://json-schema.org/draft-07/schema#" }""")]
    public void What_says_the_same_is_no_change(string old, string current) => Assert.Empty(Between(old, current));

    [Theory]
    [InlineData("/properties/b", ".b", "{}", """{ "properties": { "b": { "type": "string", "maxLength": 3 } } }""")]
    [InlineData("/properties/a/properties/b", ".a.b", """{ "properties": { "a": {} } }""", """{ "properties": { "a": { "properties": { "b": {} } } } }""")]
    [InlineData("/description", ".", """{ "description": "one" }""", """{ "description": "two" }""")]
    [InlineData("/description", ".", """{ "description": "one" }""", "{}")]
    [InlineData("/$id", ".", """{ "$id": "/a/1.0.0" }""", """{ "$id": "/a/1.1.0" }""")]
    [InlineData("/examples", ".", """{ "examples": [1] }""", """{ "examples": [2] }""")]
    [InlineData("/default", ".", "{}", """{ "default": 1 }""")]
    [InlineData("/enum", ".", """{ "enum": [1] }""", """{ "enum": [2, 1] }""")]
    [InlineData("/properties/a/title", ".a", """{ "properties": { "a": { "title": "x" } } }""", """{ "properties": { "a": {} } }""")]
    [InlineData("/definitions/a", ".", "{}", """{ "definitions": { "a": {} } }""")]
    [InlineData("/definitions/a", ".", """{ "definitions": { "a": {} } }""", """{ "definitions": {} }""")]
    [InlineData("/x_own", ".", "{}", """{ "x_own": 1 }""")]
    [InlineData("/properties/b", ".b", """{ "additionalProperties": { "type": "string" } }""", """{ "additionalProperties": { "type": "string" }, "properties": { "b": { "type": "string", "description": "x" } } }""")]
    [InlineData("/properties/b", ".b", """{ "additionalProperties": false }""", """{ "additionalProperties": false, "properties": { "b": {} } }""")]
    public void A_change_that_a_minor_version_may_have_is_compatible(string location, string path, string old, string current)
    {
        var change = Assert.Single(Between(old, current));

        Assert.Equal((location, path, true), (change.Location, change.Path, change.IsCompatible));
    }

    [Theory]
    [InlineData("/properties/a", ".a", """{ "properties": { "a": {} } }""", """{ "properties": {} }""")]
    [InlineData("/properties/a", ".a", """{ "properties": { "a": {} } }""", "{}")]
    [InlineData("/type", ".", """{ "type": "integer" }""", """{ "type": "number" }""")]
    [InlineData("/type", ".", """{ "type": "integer" }""", "{}")]
    [InlineData("/properties/a/type", ".a", """{ "properties": { "a": { "type": "string" } } }""", """{ "properties": { "a": { "type": "object" } } }""")]
    [InlineData("/items/type", ".[]", """{ "items": { "type": "string" } }""", """{ "items": { "type": "object" } }""")]
    [InlineData("/additionalProperties/type", ".{}", """{ "additionalProperties": { "type": "string" } }""", """{ "additionalProperties": { "type": "object" } }""")]
    [InlineData("/required", ".", """{ "required": ["a"] }""", "{}")]
    [InlineData("/required", ".", "{}", """{ "required": ["a"] }""")]
    [InlineData("/enum", ".", """{ "enum": [1, 2] }""", """{ "enum": [1] }""")]
    [InlineData("/enum", ".", """{ "enum": [1, 2] }""", "{}")]
    [InlineData("/default", ".", """{ "default": 1 }""", """{ "default": 2 }""")]
    [InlineData("/title", ".", """{ "title": "a" }""", """{ "title": "b" }""")]
    [InlineData("/$schema", ".", """{ "$schema": "http://json-schema.org/draft-07/schema#" }""", """{ "$schema": "http://json-schema.org/draft-06/schema#" }""")]
    [InlineData("/additionalProperties", ".", """{ "additionalProperties": false }""", "{}")]
    [InlineData("/properties/a", ".a", """{ "properties": { "a": true } }""", """{ "properties": { "a": false } }""")]
    [InlineData("/properties/b", ".b", """{ "additionalProperties": { "type": "string" } }""", """{ "additionalProperties": { "type": "string" }, "properties": { "b": { "type": "integer" } } }""")]
    [InlineData("/patternProperties/^a", ".", "{}", """{ "patternProperties": { "^a": {} } }""")]
    [InlineData("/oneOf/0/enum", ".", """{ "oneOf": [{ "enum": [1] }] }""", """{ "oneOf": [{ "enum": [1, 2] }] }""")]
    [InlineData("/not/enum", ".", """{ "not": { "enum": [1] } }""", """{ "not": { "enum": [1, 2] } }""")]
    [InlineData("/if/properties/a", ".a", """{ "if": {} }""", """{ "if": { "properties": { "a": {} } } }""")]
    [InlineData("/oneOf", ".", """{ "oneOf": [{}] }""", """{ "oneOf": [{}, {}] }""")]
    public void What_the_old_version_says_stays(string location, string path, string old, string current)
    {
        var change = Assert.Single(Between(old, current));

        Assert.Equal((location, path, false), (change.Location, change.Path, change.IsCompatible));
    }

    [Theory]
    [InlineData("maxLength", "5")]
    [InlineData("minLength", "1")]
    [InlineData("maximum", "5")]
    [InlineData("minimum", "5")]
    [InlineData("exclusiveMaximum", "5")]
    [InlineData("exclusiveMinimum", "5")]
    [InlineData("maxItems", "5")]
    [InlineData("minItems", "1")]
    [InlineData("maxProperties", "5")]
    [InlineData("minProperties", "1")]
    [InlineData("multipleOf", "5")]
    [InlineData("pattern", "\"^a\"")]
    [InlineData("format", "\"uri\"")]
    [InlineData("enum", "[1]")]
    [InlineData("const", "1")]
    [InlineData("type", "\"string\"")]
    [InlineData("additionalProperties", "false")]
    [InlineData("additionalProperties", """{ "type": "string" }""")]
    [InlineData("uniqueItems", "true")]
    [InlineData("items", """{ "type": "string" }""")]
    [InlineData("contains", "{}")]
    [InlineData("propertyNames", """{ "maxLength": 3 }""")]
    [InlineData("allOf", "[{}]")]
    [InlineData("anyOf", "[{}]")]
    [InlineData("oneOf", "[{}]")]
    [InlineData("not", "{}")]
    [InlineData("if", "{}")]
    [InlineData("then", "{}")]
    [InlineData("else", "{}")]
    [InlineData("$ref", "\"#\"")]
    public void A_new_constraint_on_an_old_field_is_incompatible(string keyword, string value)
    {
        var change = Assert.Single(Between("""{ "properties": { "a": { "description": "x" } } }""", $$"""{ "properties": { "a": { "description": "x", "{{keyword}}": {{value}} } } }"""));

        Assert.Equal(($"/properties/a/{keyword}", ".a", false), (change.Location, change.Path, change.IsCompatible));
        Assert.Contains("new constraint", change.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("maxLength", "10", "5", "tightened")]
    [InlineData("maxLength", "5", "10", "loosened")]
    [InlineData("minimum", "5", "10", "tightened")]
    [InlineData("minimum", "10", "5", "loosened")]
    [InlineData("maximum", "9007199254740993", "9007199254740992", "tightened")]
    public void A_bound_that_moved_is_incompatible_either_way_and_the_reason_says_which(string keyword, string old, string current, string word)
    {
        var change = Assert.Single(Between($$"""{ "{{keyword}}": {{old}} }""", $$"""{ "{{keyword}}": {{current}} }"""));

        Assert.False(change.IsCompatible);
        Assert.Contains($"{word} from {old} to {current}", change.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_change_is_listed_in_order()
    {
        var changes = Between(
            """{ "required": ["a"], "properties": { "a": { "type": "string" }, "gone": {} } }""",
            """{ "required": ["a", "b"], "properties": { "a": { "type": "string", "maxLength": 3 }, "b": {} } }""");

        Assert.Equal(["/required", "/properties/a/maxLength", "/properties/gone", "/properties/b"], changes.Select(change => change.Location));
    }

    [Fact]
    public void Names_are_escaped_in_pointers() =>
        Assert.Equal("/properties/a~1b~0", Assert.Single(Between("{}", """{ "properties": { "a/b~": {} } }""")).Location);

    [CorpusFact]
    public void The_next_version_of_page_change_is_compatible() =>
        Assert.DoesNotContain(SchemaDiff.BetweenUris(Repositories.WikimediaSchemas, "/mediawiki/page/change/1.2.0", "/mediawiki/page/change/1.3.0"), change => !change.IsCompatible);

    [Fact]
    public void Files_and_schemas_of_a_repository_can_be_compared()
    {
        using var repository = new TemporaryRepository().With("a/1.0.0.json", "{}").With("a/1.1.0.yaml", "type: string");

        Assert.Equal(
            SchemaDiff.BetweenUris(repository.Root, "/a/1.0.0", "/a/1.1.0"),
            SchemaDiff.BetweenFiles(Path.Combine(repository.Root, "a/1.0.0.json"), Path.Combine(repository.Root, "a/1.1.0.yaml")));
    }

    [Theory]
    [InlineData("/a/1.0.0", "is not in")]
    [InlineData("../secret", "of the form /title/version")]
    public void A_schema_that_is_not_there_is_refused_by_its_name(string uri, string reason)
    {
        using var repository = new TemporaryRepository();

        var refusal = Assert.Throws<SchemaException>(() => SchemaDiff.BetweenUris(repository.Root, uri, uri));

        Assert.Contains($"'{uri}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<SchemaChange> Between(string old, string current) => SchemaDiff.Between(JsonElement.Parse(old), JsonElement.Parse(current));
}
