using System.Text.Json;

namespace Millrace.Schemas.Tests;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"properties":{"page":{"properties":{"page_id":{"type":"integer"}}}}}""", """{"page":{"page_id":"12"}}""", "'.page.page_id' must be integer, but is string \"12\"")]
    [InlineData("""{"required":["dt"]}""", "{}", "'.dt' is required")]
    [InlineData("""{"properties":{"a":{"additionalProperties":false}}}""", """{"a":{"extra":1}}""", "'.a.extra' is not a field that the schema allows")]
    [InlineData("""{"items":{"minimum":3}}""", "[3,2]", "'[1]' must be at least 3, but is number 2")]
    [InlineData("""{"type":["string","null"]}""", "true", "'.' must be string or null, but is boolean true")]
    [InlineData("""{"enum":["a","b"]}""", "\"c\"", "'.' must be one of \"a\", \"b\", but is string \"c\"")]
    [InlineData("""{"const":1}""", "null", "'.' must be 1, but is null")]
    [InlineData("""{"exclusiveMaximum":3}""", "3", "'.' must be less than 3, but is number 3")]
    [InlineData("""{"multipleOf":0.5}""", "0.7", "'.' must be a multiple of 0.5, but is number 0.7")]
    [InlineData("""{"maxLength":2}""", "\"😀😀😀\"", "'.' must have at most 2 characters, but has 3: string \"😀😀😀\"")]
    [InlineData("""{"minLength":1}""", "\"\"", "'.' must have at least 1 characters, but has 0: string \"\"")]
    [InlineData("""{"pattern":"^a"}""", "\"b\"", "'.' must match the pattern ^a, but is string \"b\"")]
    [InlineData("""{"format":"date"}""", "\"b\"", "'.' must be a date such as 2026-01-31, but is string \"b\"")]
    [InlineData("""{"minItems":1}""", "[]", "'.' must have at least 1 items, but has 0")]
    [InlineData("""{"maxItems":1}""", "[1,2]", "'.' must have at most 1 items, but has 2")]
    [InlineData("""{"uniqueItems":true}""", "[1,2,1.0]", "'.' must not have equal items, but has number 1.0 more than once")]
    [InlineData("""{"contains":{"const":1}}""", "[2]", "'.' must have an item that matches the schema's 'contains'")]
    [InlineData("""{"minProperties":1}""", "{}", "'.' must have at least 1 fields, but has 0")]
    [InlineData("""{"dependencies":{"a":["b"]}}""", """{"a":1}""", "'.b' is required where 'a' is present")]
    [InlineData("""{"propertyNames":{"maxLength":1}}""", """{"ab":1}""", "'.ab' must have at most 1 characters, but has 2: string \"ab\"")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"null"}]}""", "1", "'.' must match at least one of 2 schemas, but matches none: number 1")]
    [InlineData("""{"oneOf":[true,true]}""", "1", "'.' must match exactly one of 2 schemas, but matches several: number 1")]
    [InlineData("""{"not":{"type":"number"}}""", "1", "'.' must not match the schema's 'not', but does: number 1")]
    [InlineData("""{"if":{"type":"number"},"then":{"minimum":2}}""", "1", "'.' must be at least 2, but is number 1")]
    [InlineData("false", "1", "'.' is not allowed")]
    public void A_violation_reads_as_a_sentence_about_the_field(string schema, string value, string sentence) =>
        Assert.Equal(sentence, Assert.Single(Compiled.Violations(schema, value)).ToString());

    [Fact]
    public void A_violation_has_a_pointer_and_a_keyword()
    {
        var violation = Assert.Single(Compiled.Violations(
            """{"properties":{"a/b":{"items":{"properties":{"~":{"type":"null"}}}}}}""", """{"a/b":[{},{"~":1}]}"""));
        Assert.Equal("/a~1b/1/~0", violation.Pointer);
        Assert.Equal(".a/b[1].~", violation.Path);
        Assert.Equal("type", violation.Keyword);
    }

    [Fact]
    public void All_violations_are_told_up_to_a_limit()
    {
        var value = $"[{string.Join(',', Enumerable.Range(0, 100))}]";
        Assert.Equal(JsonSchema.DefaultViolationLimit, Compiled.Violations("""{"items":{"type":"string"}}""", value).Count);
        Assert.Equal(100, Compiled.Violations("""{"items":{"type":"string"}}""", value, limit: 1000).Count);
    }

    [Fact]
    public void Violations_of_several_keywords_stand_side_by_side()
    {
        var violations = Compiled.Violations(
            """{"required":["a","b","c"],"properties":{"c":{"type":"string"}},"additionalProperties":false}""", """{"c":1,"d":2}""");
        Assert.Equal(["'.c' must be string, but is number 1", "'.d' is not a field that the schema allows", "'.a' is required", "'.b' is required"], violations.Select(violation => violation.ToString()));
    }

    [Fact]
    public void Long_values_and_names_are_shortened_between_two_characters()
    {
        var name = new string('n', 1000);
        var violation = Assert.Single(Compiled.Violations("""{"additionalProperties":{"type":"null"}}""", $$"""{"{{name}}":"{{new string('ä', 1000)}}"}"""));
        Assert.EndsWith("ä…", violation.Sentence, StringComparison.Ordinal);
        Assert.InRange(violation.Sentence.Length, 32, 128);
        Assert.InRange(violation.Path.Length, 32, 128);
    }

    [Fact]
    public void A_field_that_is_there_twice_does_not_stand_in_for_a_missing_one() =>
        Assert.False(Compiled.Matches("""{"required":["a","b"]}""", """{"a":1,"a":2}"""));

    [Fact]
    public void Names_are_compared_by_their_text_not_their_spelling()
    {
        const string schema = """{"required":["näme"],"properties":{"näme":{"type":"string"}},"additionalProperties":false}""";
        Assert.True(Compiled.Matches(schema, """{"n\u00e4me":"x"}"""));
        Assert.False(Compiled.Matches(schema, """{"n\u00e4me":1}"""));
    }

    [Fact]
    public void Required_fields_with_backslashes_are_named_as_they_are() =>
        Assert.Equal("""'.a\b' is required""", Assert.Single(Compiled.Violations("""{"required":["a\\b"]}""", "{}")).ToString());

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("1e1000000000")]
    [InlineData("-1e1000000000")]
    [InlineData("1e-1000000000")]
    [InlineData("1e99999999999999999999999999999999")]
    public void Huge_numbers_neither_throw_nor_cost(string number)
    {
        const string schema = """{"type":"number","multipleOf":3,"minimum":-9007199254740991,"maximum":9007199254740991,"enum":[1]}""";
        Assert.False(Compiled.Matches(schema, number));
        Assert.NotEmpty(Compiled.Violations(schema, number));
    }

    [Fact]
    public void Bounds_beyond_64_bits_are_exact()
    {
        const string schema = """{"type":"integer","maximum":123456789012345678901234567890}""";
        Assert.True(Compiled.Matches(schema, "123456789012345678901234567890"));
        Assert.False(Compiled.Matches(schema, "123456789012345678901234567891"));
    }

    [Fact]
    public void A_value_deeper_than_the_limit_does_not_match_even_under_not()
    {
        var deep = JsonElement.Parse(new string('[', 1000) + new string(']', 1000), new JsonDocumentOptions { MaxDepth = 1001 });
        foreach (var schema in (string[])["""{"items":{"$ref":"#"}}""", """{"not":{"$ref":"#/definitions/a"},"definitions":{"a":{"items":{"$ref":"#/definitions/a"}}}}"""])
        {
            var violations = new List<SchemaViolation>();
            Assert.False(Compiled.Schema(schema).Validate(deep, violations));
            Assert.Contains("64 levels", Assert.Single(violations).Sentence, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Equality_of_values_too_deep_for_the_stack_is_a_violation_and_not_a_crash()
    {
        var deep = new string('[', 5_000) + new string(']', 5_000);
        var pair = JsonElement.Parse($"[{deep},{deep}]", new JsonDocumentOptions { MaxDepth = 10_000 });
        var schema = Compiled.Schema("""{"uniqueItems":true}""");
        var violations = new List<SchemaViolation>();
        var valid = true;
        var thread = new Thread(() => valid = schema.Validate(pair, violations), maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        Assert.False(valid);
        Assert.Contains("too deeply", Assert.Single(violations).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_doubles_its_work_at_every_level_runs_out_of_budget()
    {
        const string schema = """{"anyOf":[{"properties":{"a":{"$ref":"#"}},"required":["b"]},{"properties":{"a":{"$ref":"#"}},"required":["c"]}]}""";
        var value = string.Concat(Enumerable.Repeat("""{"a":""", 60)) + "1" + new string('}', 60);
        Assert.Contains("more steps", Assert.Single(Compiled.Violations(schema, value)).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_items_are_checked_for_being_unique_in_linear_time()
    {
        // Pairwise, this would be ten thousand million comparisons.
        var items = Enumerable.Range(0, 100_000).Select(number => $"\"{number}\"");
        Assert.True(Compiled.Matches("""{"uniqueItems":true}""", $"[{string.Join(',', items)}]"));
        Assert.False(Compiled.Matches("""{"uniqueItems":true}""", $"[{string.Join(',', items)},\"7\"]"));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_validated_without_an_exception()
    {
        const string schema = """{"additionalProperties":{"pattern":"^a","format":"uri","minLength":3,"enum":["a"]},"patternProperties":{"^x":true},"propertyNames":{"minLength":2}}""";
        Assert.NotEmpty(Compiled.Violations(schema, """{"\ud800":"\udc00"}"""));
    }

    [Fact]
    public void A_valid_value_leaves_no_violations_and_an_empty_list_alone()
    {
        var violations = new List<SchemaViolation>();
        Assert.True(Compiled.Schema("""{"type":"object"}""").Validate(JsonElement.Parse("{}"), violations));
        Assert.Empty(violations);
    }
}
