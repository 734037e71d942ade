using System.Text.Json.Nodes;

namespace Millrace.Schemas.Tests;

public sealed class SchemaCheckTests
{
    [Fact]
    public void A_schema_that_keeps_every_rule_has_no_findings() => Assert.Empty(Checked.After(_ => { }));

    [Theory]
    [InlineData("union-type", "/type", """{ "type": ["string", "null"] }""")]
    [InlineData("union-type", "/type", """{ "type": ["string"] }""")]
    [InlineData("union-type", "", """{ "oneOf": [{ "type": "string" }, { "type": "integer", "minimum": 0, "maximum": 1 }] }""")]
    [InlineData("union-type", "", """{ "type": "string", "anyOf": [{ "type": "integer" }] }""")]
    [InlineData("type", "", """{ "description": "anything" }""")]
    [InlineData("type", "", "true")]
    [InlineData("type", "/type", """{ "type": "null" }""")]
    [InlineData("items", "", """{ "type": "array" }""")]
    [InlineData("items", "", """{ "type": "array", "items": {} }""")]
    [InlineData("items", "", """{ "type": "array", "items": [{ "type": "string" }] }""")]
    [InlineData("object", "", """{ "type": "object" }""")]
    [InlineData("object", "", """{ "type": "object", "additionalProperties": true }""")]
    [InlineData("object", "", """{ "type": "object", "properties": {} }""")]
    [InlineData("object", "/items", """{ "type": "array", "items": { "type": "object" } }""")]
    [InlineData("map-and-properties", "", """{ "type": "object", "properties": { "a": { "type": "string" } }, "additionalProperties": { "type": "string" } }""")]
    [InlineData("null-enum", "/enum", """{ "type": "string", "enum": ["a", null] }""")]
    [InlineData("integer-bounds", "", """{ "type": "integer" }""")]
    [InlineData("integer-bounds", "", """{ "type": "integer", "minimum": 0 }""")]
    [InlineData("integer-bounds", "", """{ "type": "integer", "minimum": 0, "maximum": 9007199254740992 }""")]
    [InlineData("max-length", "", """{ "type": "string", "format": "uri" }""")]
    [InlineData("max-length", "", """{ "type": "string", "pattern": "^a" }""")]
    [InlineData("max-length", "/items", """{ "type": "array", "items": { "type": "string", "format": "uri" } }""")]
    [InlineData("property-names", "", """{ "type": "object", "additionalProperties": { "type": "string" }, "patternProperties": { "^a": { "type": "string" } } }""")]
    [InlineData("property-names", "", """{ "type": "object", "additionalProperties": { "type": "string" }, "patternProperties": { "^a": { "type": "string" } }, "propertyNames": { "minLength": 1 } }""")]
    [InlineData("max-items", "", """{ "type": "array", "uniqueItems": true, "items": { "type": "object", "properties": { "a": { "type": "string" } } } }""")]
    [InlineData("max-items", "", """{ "type": "array", "uniqueItems": true, "items": { "type": "array", "items": { "type": "string" } } }""")]
    [InlineData("materialised", "/$ref", """{ "$ref": "/fragment/common/1.0.0" }""")]
    [InlineData("materialised", "/allOf", """{ "allOf": [{ "type": "string" }] }""")]
    [InlineData("draft-07", "", """{ "type": "string", "maxLength": -1 }""")]
    [InlineData("draft-07", "", """{ "type": "string", "maxLength": 5, "pattern": "(" }""")]
    public void A_field_that_breaks_one_rule_is_found_by_that_rule_alone(string rule, string place, string schema)
    {
        var finding = Assert.Single(Checked.WithField(schema));

        Assert.Equal((rule, "/properties/field" + place), (finding.Rule.Name, finding.Location));
    }

    [Theory]
    [InlineData("""{ "type": "string", "oneOf": [{ "minLength": 3 }, { "maxLength": 1 }] }""")]
    [InlineData("""{ "type": "string", "format": "uri", "maxLength": 10 }""")]
    [InlineData("""{ "type": "object", "additionalProperties": { "type": "string" }, "propertyNames": { "maxLength": 3 }, "patternProperties": { "^a": { "type": "string" } } }""")]
    [InlineData("""{ "type": "array", "uniqueItems": true, "maxItems": 3, "items": { "type": "object", "properties": { "a": { "type": "string" } } } }""")]
    [InlineData("""{ "type": "string", "not": { "const": "x" }, "if": { "const": "a" }, "then": { "minLength": 1 } }""")]
    [InlineData("""{ "type": "integer", "exclusiveMinimum": -9007199254740991, "maximum": 9007199254740991 }""")]
    [InlineData("""{ "type": "integer", "enum": [1, 2] }""")]
    [InlineData("""{ "type": "object", "properties": { "items": { "type": "string" }, "properties": { "type": "string" } } }""")]
    public void A_field_that_keeps_the_rules_is_not_found(string schema) => Assert.Empty(Checked.WithField(schema));

    [Theory]
    [InlineData("camelCase")]
    [InlineData("with-hyphen")]
    [InlineData("Upper")]
    [InlineData("_leading")]
    [InlineData("double__under")]
    [InlineData("1st")]
    [InlineData("$id")]
    [InlineData("")]
    public void A_name_that_is_not_snake_case_is_found(string name)
    {
        var finding = Assert.Single(Checked.WithField("""{ "type": "string" }""", name));

        Assert.Equal((SchemaRule.SnakeCase, $"/properties/{name}"), (finding.Rule, finding.Location));
    }

    [Theory]
    [InlineData("page_id")]
    [InlineData("p50")]
    [InlineData("sha1_36")]
    [InlineData("items")]
    public void A_name_in_snake_case_is_fine(string name) => Assert.Empty(Checked.WithField("""{ "type": "string" }""", name));

    [Fact]
    public void A_field_called_items_needs_a_type_as_any_other() =>
        Assert.Equal(SchemaRule.Type, Assert.Single(Checked.WithField("{}", "items")).Rule);

    [Theory]
    [InlineData("title", "\"page/other\"", "title", "/title")]
    [InlineData("title", null, "title", "/title")]
    [InlineData("$id", "\"/page/visit/1.0.1\"", "id", "/$id")]
    [InlineData("$id", null, "id", "/$id")]
    [InlineData("$schema", null, "dialect", "/$schema")]
    [InlineData("examples", null, "examples", "")]
    [InlineData("examples", "[]", "examples", "")]
    public void A_keyword_of_the_whole_that_is_wrong_is_found(string keyword, string? value, string rule, string place)
    {
        var finding = Assert.Single(Checked.After(schema => _ = value is null ? schema.Remove(keyword) : (schema[keyword] = JsonNode.Parse(value)) is not null));

        Assert.Equal((rule, place), (finding.Rule.Name, finding.Location));
    }

    [Fact]
    public void Another_dialect_is_found() =>
        Assert.Contains(Checked.After(schema => schema["$schema"] = "http://json-schema.org/draft-04/schema#"), finding => finding.Rule == SchemaRule.Dialect);

    [Theory]
    [InlineData("https://json-schema.org/draft-07/schema#")]
    [InlineData("http://json-schema.org/draft-07/schema")]
    public void Draft_07_may_be_spelled_either_way(string dialect) => Assert.Empty(Checked.After(schema => schema["$schema"] = dialect));

    [Fact]
    public void An_example_that_does_not_match_is_found_with_what_is_wrong()
    {
        var finding = Assert.Single(Checked.After(schema => schema["examples"]![0]!["count"] = 101));

        Assert.Equal((SchemaRule.Example, "/examples/0"), (finding.Rule, finding.Location));
        Assert.Contains("'.count'", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void An_example_of_another_version_is_found()
    {
        var finding = Assert.Single(Checked.After(schema => schema["examples"]![0]!["$schema"] = "/page/visit/0.9.0"));

        Assert.Equal((SchemaRule.ExampleSchema, "/examples/0/$schema"), (finding.Rule, finding.Location));
    }

    [Fact]
    public void An_example_of_a_schema_without_the_field_need_not_name_it() =>
        Assert.Empty(Checked.After(schema =>
        {
            schema["properties"]!.AsObject().Remove("$schema");
            schema["required"] = new JsonArray("dt");
            schema["examples"]![0]!.AsObject().Remove("$schema");
        }));

    [Fact]
    public void A_fragment_needs_no_example()
    {
        var schema = Checked.Good();
        schema["title"] = "fragment/visit";
        schema["$id"] = "/fragment/visit/1.0.0";
        schema.Remove("examples");

        Assert.Empty(SchemaCheck.Document("/fragment/visit/1.0.0", System.Text.Json.JsonElement.Parse(schema.ToJsonString())));
    }

    [Theory]
    [InlineData("/page/Visit/1.0.0")]
    [InlineData("/page/vis.it/1.0.0")]
    public void A_title_that_is_not_in_lower_case_is_found(string uri)
    {
        var schema = Checked.Good();
        schema["title"] = uri[1..uri.LastIndexOf('/')];
        schema["$id"] = uri;
        schema["examples"]![0]!["$schema"] = uri;

        Assert.Equal(SchemaRule.SnakeCase, Assert.Single(SchemaCheck.Document(uri, System.Text.Json.JsonElement.Parse(schema.ToJsonString()))).Rule);
    }

    [Fact]
    public void Every_rule_has_a_name_of_its_own_and_a_demand() =>
        Assert.Equal(SchemaRule.All.Count, SchemaRule.All.Where(rule => rule.Demand.Length > 0).Select(rule => rule.Name).Distinct().Count());
}
