using System.Text.Json;

namespace Millrace.Schemas.Tests;

public sealed class SchemaMaterialiserTests : IDisposable
{
    private const string Head = "$schema: http://json-schema.org/draft-07/schema#\ntype: object\n";

    private readonly TemporaryRepository _repository = new TemporaryRepository()
        .With("fragment/common/current.yaml", """
            title: fragment/common
            $id: /fragment/common/1.0.0
            $schema: http://json-schema.org/draft-07/schema#
            description: What every event has.
            type: object
            additionalProperties: false
            required: [$schema, meta, dt]
            properties:
              $schema: { type: string }
              meta:
                type: object
                required: [stream]
                properties:
                  stream: { type: string, minLength: 1 }
              dt: { type: string, format: date-time, maxLength: 128 }
            examples:
              - { $schema: /fragment/common/1.0.0, meta: { stream: s }, dt: "2026-01-31T12:00:00Z" }
            """)
        .With("fragment/user/1.2.0.yaml", """
            title: fragment/user
            $id: /fragment/user/1.2.0
            $schema: http://json-schema.org/draft-07/schema#
            description: A user.
            type: object
            properties:
              name: { type: string }
              edits: { type: integer, minimum: 0 }
            examples:
              - { name: A }
            """)
        .With("page/visit/current.yaml", """
            title: page/visit
            $id: /page/visit/1.1.0
            $schema: https://json-schema.org/draft-07/schema#
            description: >
              Somebody looked at a page: "yes", or no?
            type: object
            definitions:
              score: { type: number, maximum: 1 }
            allOf:
              - $ref: /fragment/common/1.0.0#
              - required: [page_id]
                properties:
                  page_id: { type: integer, minimum: 1 }
                  meta: { required: [id], properties: { id: { type: string } } }
            required: [visitor]
            properties:
              visitor: { $ref: ../../fragment/user/1.2.0, description: Who looked. }
              scores: { type: array, items: { $ref: "#/definitions/score" } }
              by_kind: { type: object, additionalProperties: { type: integer } }
              referrer: { $ref: "/fragment/user/1.2.0#/properties/name" }
              old: { type: string, enum: ["yes", "1", "null", " x ", "a: b", "#", "é\nü"] }
            examples:
              - { $schema: /page/visit/1.1.0, meta: { stream: page.visit, id: a }, dt: "2026-01-31T12:00:00Z", page_id: 7, visitor: { name: B } }
            """);

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void References_and_parts_are_written_out()
    {
        var schema = Materialise("page/visit/current.yaml");

        AssertJson("""["$schema", "meta", "dt", "page_id", "visitor"]""", schema.GetProperty("required"));
        AssertJson("""["stream", "id"]""", At(schema, "meta").GetProperty("required"));
        Assert.Equal(["$schema", "meta", "dt", "page_id", "visitor", "scores", "by_kind", "referrer", "old"], schema.GetProperty("properties").EnumerateObject().Select(field => field.Name));
        Assert.Equal(["stream", "id"], At(schema, "meta").GetProperty("properties").EnumerateObject().Select(field => field.Name));
        AssertJson("""{ "type": "string" }""", At(schema, "referrer"));
        AssertJson("""{ "type": "number", "maximum": 1 }""", At(schema, "scores").GetProperty("items"));
        Assert.Equal(JsonValueKind.False, schema.GetProperty("additionalProperties").ValueKind);
    }

    [Fact]
    public void Only_the_root_keeps_what_names_it_and_its_examples()
    {
        var schema = Materialise("page/visit/current.yaml");

        AssertJson("""
            { "description": "Who looked.", "type": "object", "properties": { "name": { "type": "string" }, "edits": { "type": "integer", "minimum": 0, "maximum": 9007199254740991 } } }
            """, At(schema, "visitor"));
        Assert.Equal(("page/visit", "/page/visit/1.1.0", 1), (schema.GetProperty("title").GetString(), schema.GetProperty("$id").GetString(), schema.GetProperty("examples").GetArrayLength()));
        Assert.False(schema.TryGetProperty("definitions", out _));
        Assert.False(schema.TryGetProperty("allOf", out _));
    }

    [Fact]
    public void Integers_get_the_bounds_that_they_lack()
    {
        var schema = Materialise("page/visit/current.yaml");

        AssertJson("""{ "type": "integer", "minimum": 1, "maximum": 9007199254740991 }""", At(schema, "page_id"));
        AssertJson("""{ "type": "integer", "minimum": -9007199254740991, "maximum": 9007199254740991 }""", At(schema, "by_kind").GetProperty("additionalProperties"));
    }

    [Theory]
    [InlineData("maximum: 9223372036854775807", -9007199254740991, 9007199254740991)]
    [InlineData("minimum: -1e300", -9007199254740991, 9007199254740991)]
    [InlineData("minimum: 5, maximum: 6", 5, 6)]
    public void Bounds_beyond_the_range_are_moved_to_its_end(string bounds, long least, long most)
    {
        Source($"properties: {{ a: {{ type: integer, {bounds} }} }}");

        var integer = At(Materialise(), "a");

        Assert.Equal((least, most), (integer.GetProperty("minimum").GetInt64(), integer.GetProperty("maximum").GetInt64()));
    }

    [Fact]
    public void Exclusive_bounds_are_bounds()
    {
        Source("properties: { a: { type: integer, exclusiveMinimum: 0, exclusiveMaximum: 9 } }");

        AssertJson("""{ "type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 9 }""", At(Materialise(), "a"));
    }

    [Fact]
    public void What_is_written_passes_the_check_and_is_the_same_in_both_forms()
    {
        Write();

        var result = SchemaCheck.Run(_repository.Root, compatibility: true);
        Assert.Equal((3, "integer-bounds fragment/user/1.2.0.yaml"), (result.Schemas, Assert.Single(result.Findings.Select(finding => $"{finding.Rule.Name} {finding.File}"))));
        Assert.True(File.Exists(Path.Combine(_repository.Root, "page/visit/1.1.0.json")));
        Assert.True(File.Exists(Path.Combine(_repository.Root, "page/visit/1.1.0.yaml")));
    }

    [Fact]
    public void Doing_it_again_changes_nothing()
    {
        Write();
        var before = Contents();

        Assert.All(Releases(), release => Assert.Equal(ReleaseState.Unchanged, release.State));
        Write();
        Assert.Equal(before, Contents());
    }

    [Fact]
    public void A_released_version_is_a_source_that_stands_for_itself()
    {
        Write();
        var released = Materialise("page/visit/current.yaml");
        File.Copy(Path.Combine(_repository.Root, "page/visit/1.1.0.yaml"), Path.Combine(_repository.Root, "page/visit/current.yaml"), overwrite: true);

        Assert.True(JsonElement.DeepEquals(released, Materialise("page/visit/current.yaml")));
    }

    [Fact]
    public void A_released_version_with_another_content_stays_and_the_difference_is_told()
    {
        Write();
        var before = Contents();
        var path = Path.Combine(_repository.Root, "page/visit/current.yaml");
        File.WriteAllText(path, File.ReadAllText(path).Replace("maximum: 1", "maximum: 2", StringComparison.Ordinal));

        Write();

        var release = Assert.Single(Releases(), release => release.State == ReleaseState.Different);
        Assert.Contains("/properties/scores/items/maximum", release.Difference, StringComparison.Ordinal);
        Assert.Contains("Raise the version", release.Difference, StringComparison.Ordinal);
        Assert.Equal(before.Where(file => !file.Key.EndsWith("current.yaml", StringComparison.Ordinal)), Contents().Where(file => !file.Key.EndsWith("current.yaml", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_form_that_is_missing_is_added()
    {
        Write();
        File.Delete(Path.Combine(_repository.Root, "page/visit/1.1.0.json"));

        Assert.Equal(["page/visit/1.1.0.json"], Releases().SelectMany(release => release.MissingFiles));
    }

    [Theory]
    [InlineData("a leads to itself", "properties: { a: { $ref: '#/properties/a' } }", "/properties/a/$ref", "/t/a/1.0.0#/properties/a → /t/a/1.0.0#/properties/a")]
    [InlineData("a contains the whole", "properties: { a: { $ref: '#' } }", "/properties/a/$ref", "/t/a/1.0.0# → /t/a/1.0.0#")]
    [InlineData("a contains the whole by its name", "properties: { a: { $ref: /t/a/1.0.0 } }", "/properties/a/$ref", "→ /t/a/1.0.0#")]
    [InlineData("two lead to each other", "definitions: { x: { $ref: '#/definitions/y' }, y: { $ref: '#/definitions/x' } }\nproperties: { a: { $ref: '#/definitions/x' } }", "/definitions/y/$ref", "#/definitions/x → /t/a/1.0.0#/definitions/y → /t/a/1.0.0#/definitions/x")]
    [InlineData("nothing there", "properties: { a: { $ref: '#/definitions/none' } }", "/properties/a/$ref", "has no schema at '#/definitions/none'")]
    [InlineData("no schema there", "properties: { a: { $ref: '#/title' } }", "/properties/a/$ref", "has no schema at '#/title'")]
    [InlineData("unknown", "properties: { a: { $ref: /fragment/none/1.0.0 } }", "/properties/a/$ref", "no repository has that schema")]
    [InlineData("another version than the source's", "properties: { a: { $ref: /fragment/common/2.0.0 } }", "/properties/a/$ref", "no repository has that schema")]
    [InlineData("an address", "properties: { a: { $ref: 'http://127.0.0.1:9/fragment/common/1.0.0' } }", "/properties/a/$ref", "Nothing is fetched")]
    [InlineData("a file", "properties: { a: { $ref: 'file:///etc/passwd' } }", "/properties/a/$ref", "Nothing is fetched")]
    [InlineData("a way out", "properties: { a: { $ref: '/../../../../etc/1.0.0' } }", "/properties/a/$ref", "no repository has that schema")]
    [InlineData("beside", "properties: { a: { $ref: /fragment/user/1.2.0, maxLength: 3 } }", "/properties/a", "'maxLength' stands beside '$ref'")]
    [InlineData("no text", "properties: { a: { $ref: 1 } }", "/properties/a/$ref", "must be a URI reference")]
    [InlineData("two types", "properties: { a: { allOf: [{ type: string }, { type: integer }] } }", "/properties/a/type", "cannot both be kept")]
    [InlineData("two patterns", "properties: { a: { allOf: [{ pattern: a }, { pattern: b }] } }", "/properties/a/pattern", "cannot both be kept")]
    [InlineData("no common value", "properties: { a: { allOf: [{ enum: [a] }, { enum: [b] }] } }", "/properties/a/enum", "cannot both be kept")]
    [InlineData("never", "properties: { a: { allOf: [false] } }", "/properties/a/allOf", "must be an object or true")]
    public void What_cannot_be_written_out_is_refused_with_the_path(string what, string source, string place, string reason)
    {
        Source(source);

        var refusal = Assert.Throws<SchemaException>(() => Materialise());

        Assert.True(place == refusal.Location, $"{what}: {refusal.Message}");
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ minimum: 1, maximum: 9 }", "{ minimum: 2, maximum: 8 }", """{ "minimum": 2, "maximum": 8 }""")]
    [InlineData("{ maxLength: 3 }", "{ maxLength: 20, minLength: 1 }", """{ "maxLength": 3, "minLength": 1 }""")]
    [InlineData("{ type: integer, minimum: 0, maximum: 1 }", "{ type: number }", """{ "type": "integer", "minimum": 0, "maximum": 1 }""")]
    [InlineData("{ enum: [a, b, c] }", "{ enum: [c, b, x] }", """{ "enum": ["b", "c"] }""")]
    [InlineData("{ description: first }", "{ description: second }", """{ "description": "second" }""")]
    [InlineData("{ uniqueItems: false }", "{ uniqueItems: true }", """{ "uniqueItems": true }""")]
    [InlineData("{ items: { type: string } }", "{ items: { maxLength: 3 } }", """{ "items": { "type": "string", "maxLength": 3 } }""")]
    [InlineData("{ additionalProperties: { type: string } }", "{ additionalProperties: { maxLength: 3 } }", """{ "additionalProperties": { "type": "string", "maxLength": 3 } }""")]
    [InlineData("{ additionalProperties: false }", "{ additionalProperties: true }", """{ "additionalProperties": false }""")]
    [InlineData("{ additionalProperties: true }", "{ additionalProperties: { type: string } }", """{ "additionalProperties": { "type": "string" } }""")]
    [InlineData("{ not: { const: 1 } }", "{ not: { const: 1 } }", """{ "not": { "const": 1 } }""")]
    [InlineData("true", "{ type: string }", """{ "type": "string" }""")]
    [InlineData("{ allOf: [{ minLength: 1 }] }", "{ allOf: [{ minLength: 2 }] }", """{ "minLength": 2 }""")]
    public void Parts_are_intersected(string first, string second, string merged)
    {
        Source($"properties: {{ a: {{ allOf: [{first}, {second}] }} }}");

        AssertJson(merged, At(Materialise(), "a"));
    }

    [Fact]
    public void A_field_that_is_called_as_a_keyword_is_a_field()
    {
        Source("properties: { definitions: { type: string }, examples: { type: string }, $id: { type: string }, allOf: { type: string }, $ref: { type: string } }");

        Assert.Equal(["definitions", "examples", "$id", "allOf", "$ref"], Materialise().GetProperty("properties").EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public void Parts_of_other_repositories_can_be_named()
    {
        using var other = new TemporaryRepository().With("t/b/current.yaml", $"title: t/b\n$id: /t/b/1.0.0\n{Head}properties: {{ a: {{ $ref: /fragment/user/1.2.0 }} }}");

        Assert.Equal("A user.", At(new SchemaMaterialiser(other.Root, [_repository.Root]).Materialise("t/b/current.yaml").Document, "a").GetProperty("description").GetString());
        Assert.Throws<SchemaException>(() => new SchemaMaterialiser(other.Root).Materialise("t/b/current.yaml"));
    }

    [Fact]
    public void References_that_multiply_are_bounded()
    {
        var levels = Enumerable.Range(0, 20).Select(level => $"  l{level}: {{ properties: {{ a: {{ $ref: '#/definitions/l{level + 1}' }}, b: {{ $ref: '#/definitions/l{level + 1}' }} }} }}");
        Source($"definitions:\n{string.Join('\n', levels)}\n  l20: {{ type: string }}\nproperties: {{ a: {{ $ref: '#/definitions/l0' }} }}");

        Assert.Contains("schemas once references are written out", Assert.Throws<SchemaException>(() => Materialise()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_is_nested_too_deep_is_refused()
    {
        Source($"definitions: {{ a: {Nested(40)}, b: {Nested(40, "{ $ref: '#/definitions/a' }")} }}\nproperties: {{ a: {{ $ref: '#/definitions/b' }} }}");

        Assert.Contains("nested deeper", Assert.Throws<SchemaException>(() => Materialise()).Message, StringComparison.Ordinal);

        static string Nested(int depth, string inside = "{ type: string }") => depth == 0 ? inside : $"{{ properties: {{ a: {Nested(depth - 1, inside)} }} }}";
    }

    [Theory]
    [InlineData("$id: /t/a/1.0", "/$id")]
    [InlineData("$id: /t/b/1.0.0", "/$id")]
    [InlineData("$id: 7", "/$id")]
    public void A_source_with_another_id_is_refused(string id, string place)
    {
        _repository.With("t/a/current.yaml", $"title: t/a\n{id}\n{Head}");

        Assert.Equal(place, Assert.Throws<SchemaException>(() => Materialise()).Location);
    }

    [Fact]
    public void Two_sources_of_one_version_are_refused()
    {
        Source("properties: {}");
        _repository.With("t/a/current.json", "{}");

        Assert.Contains("'t/a/current.json'", Assert.Throws<SchemaException>(() => Materialise()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_source_finds_its_repository_by_its_title()
    {
        var materialiser = SchemaMaterialiser.ForFile(Path.Combine(_repository.Root, "page/visit/current.yaml"), null, out var source);

        Assert.Equal("page/visit/current.yaml", source);
        Assert.Equal("/page/visit/1.1.0", materialiser.Materialise(source).Id);
    }

    [Fact]
    public void A_single_source_that_stands_elsewhere_is_refused()
    {
        _repository.With("elsewhere/current.yaml", "title: page/visit");

        var refusal = Assert.Throws<SchemaException>(() => SchemaMaterialiser.ForFile(Path.Combine(_repository.Root, "elsewhere/current.yaml"), null, out _));

        Assert.Contains("<repository>/page/visit/current.yaml", refusal.Message, StringComparison.Ordinal);
    }

    [CorpusFact]
    public void Every_real_schema_reads_back_from_the_yaml_that_is_written()
    {
        foreach (var file in Corpus.Files("wikimedia/schemas", "*.yaml"))
        {
            var document = SchemaFile.Parse(file, ".yaml", File.ReadAllBytes(file));
            var back = SchemaFile.Parse(file, ".yaml", System.Text.Encoding.UTF8.GetBytes(new MaterialisedSchema("", "", document).ToYaml()));
            Assert.True(JsonElement.DeepEquals(document, back), file);
        }
    }

    private void Source(string content) => _repository.With("t/a/current.yaml", $"title: t/a\n$id: /t/a/1.0.0\n{Head}{content}");

    private JsonElement Materialise(string source = "t/a/current.yaml") => new SchemaMaterialiser(_repository.Root).Materialise(source).Document;

    private List<SchemaRelease> Releases()
    {
        var materialiser = new SchemaMaterialiser(_repository.Root);
        return [.. materialiser.Sources.Select(source => materialiser.Compare(materialiser.Materialise(source)))];
    }

    private void Write() => Releases().ForEach(release => release.Write());

    private Dictionary<string, string> Contents() =>
        Directory.GetFiles(_repository.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToDictionary(file => file, File.ReadAllText);

    private static JsonElement At(JsonElement schema, string field) => schema.GetProperty("properties").GetProperty(field);

    private static void AssertJson(string expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), actual), actual.GetRawText());
}
