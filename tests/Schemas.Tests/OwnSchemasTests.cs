using System.Text.Json;

namespace Millrace.Schemas.Tests;

/// <summary>The rules that the project's own schemas keep.</summary>
public sealed class OwnSchemasTests
{
    private const int Seed = 31012026;

    public static TheoryData<string> Uris() =>
        [.. Directory.GetFiles(Repositories.OwnSchemas, "*.json", SearchOption.AllDirectories)
            .Select(file => "/" + Path.GetRelativePath(Repositories.OwnSchemas, file)[..^".json".Length])];

    [Theory]
    [MemberData(nameof(Uris))]
    public void The_id_is_the_path_and_the_title_is_the_directory(string uri)
    {
        var schema = Read(uri);
        Assert.Equal(uri, schema.GetProperty("$id").GetString());
        Assert.Equal(uri[1..uri.LastIndexOf('/')], schema.GetProperty("title").GetString());
        Assert.Equal(Dialect.Uri + "#", schema.GetProperty("$schema").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+$", uri[(uri.LastIndexOf('/') + 1)..]);
    }

    [Theory]
    [MemberData(nameof(Uris))]
    public void The_examples_match_the_schema_and_name_it(string uri)
    {
        var examples = Read(uri).GetProperty("examples");
        Assert.NotEqual(0, examples.GetArrayLength());
        Assert.All(examples.EnumerateArray(), example =>
        {
            Assert.Equal(uri, example.GetProperty("$schema").GetString());
            AssertMatches(Repositories.Own(), uri, example);
        });
    }

    [CorpusTheory]
    [MemberData(nameof(Uris))]
    public void The_examples_match_the_schema_of_the_same_name_elsewhere(string uri) =>
        Assert.All(Read(uri).GetProperty("examples").EnumerateArray(), example => AssertMatches(Repositories.Wikimedia(), uri, example));

    [Theory]
    [MemberData(nameof(Uris))]
    public void Names_are_snake_case_and_everything_is_described(string uri) =>
        Assert.All(Fields(Read(uri)), field =>
        {
            Assert.Matches(field.Name == "$schema" ? @"^\$schema$" : "^[a-z][a-z0-9]*(_[a-z0-9]+)*$", field.Name);
            Assert.True(field.Schema.TryGetProperty("description", out _), $"{uri}: {field.Name}");
            Assert.Equal(JsonValueKind.String, field.Schema.GetProperty("type").ValueKind);
        });

    [CorpusTheory]
    [MemberData(nameof(Uris))]
    public void The_schema_asks_what_the_one_elsewhere_asks(string uri)
    {
        var theirs = SchemaFile.Parse(uri, ".yaml", File.ReadAllBytes(Repositories.WikimediaSchemas + uri + ".yaml"));
        AssertSame(uri, Read(uri), theirs);
    }

    [CorpusTheory]
    [MemberData(nameof(Uris))]
    public void A_changed_example_is_refused_here_where_it_is_refused_elsewhere(string uri)
    {
        Assert.True(Repositories.Own().TryFind(uri, out var ours, out _));
        Assert.True(Repositories.Wikimedia().TryFind(uri, out var theirs, out _));
        var random = new Random(Seed);
        var refused = 0;
        for (var i = 0; i < 500; i++)
        {
            var changed = JsonElement.Parse(Mutation.Of(Read(uri).GetProperty("examples")[0], random));
            Assert.True(!ours.Schema.IsValid(changed) || theirs.Schema.IsValid(changed), $"seed {Seed}, step {i}: {changed}");
            refused += theirs.Schema.IsValid(changed) ? 0 : 1;
        }

        Assert.InRange(refused, 50, 500);
    }

    // Ours may have more fields in an object that is open elsewhere; all else is the same.
    private static void AssertSame(string place, JsonElement ours, JsonElement theirs)
    {
        foreach (var keyword in (string[])["type", "format", "enum", "minimum", "maximum", "minLength", "maxLength"])
        {
            Assert.True(Text(ours, keyword) == Text(theirs, keyword), $"{place}: {keyword}");
        }

        Assert.Equal(Names(ours), Names(theirs));
        foreach (var property in Properties(theirs))
        {
            AssertSame($"{place}.{property.Name}", ours.GetProperty("properties").GetProperty(property.Name), property.Value);
        }

        var isOpen = !theirs.TryGetProperty("additionalProperties", out var additional);
        Assert.Equal(isOpen, !ours.TryGetProperty("additionalProperties", out var ourAdditional));
        Assert.True(isOpen || Properties(ours).Count() == Properties(theirs).Count(), $"{place}: fields");
        if (additional.ValueKind == JsonValueKind.Object)
        {
            AssertSame($"{place}.*", ourAdditional, additional);
        }
        else if (!isOpen)
        {
            Assert.Equal(additional.ValueKind, ourAdditional.ValueKind);
        }

        if (theirs.TryGetProperty("items", out var items))
        {
            AssertSame($"{place}[]", ours.GetProperty("items"), items);
        }

        static string? Text(JsonElement schema, string keyword) =>
            schema.TryGetProperty(keyword, out var value) ? JsonSerializer.Serialize(value) : null;

        static IEnumerable<string?> Names(JsonElement schema) =>
            schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()).Order() : [];
    }

    private static IEnumerable<(string Name, JsonElement Schema)> Fields(JsonElement schema)
    {
        foreach (var property in Properties(schema))
        {
            yield return (property.Name, property.Value);
            foreach (var inner in Fields(property.Value))
            {
                yield return inner;
            }
        }

        if (schema.TryGetProperty("additionalProperties", out var values) && values.ValueKind == JsonValueKind.Object)
        {
            foreach (var inner in Fields(values))
            {
                yield return inner;
            }
        }
    }

    private static JsonElement.ObjectEnumerator Properties(JsonElement schema) =>
        schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject() : default;

    private static JsonElement Read(string uri) => JsonElement.Parse(File.ReadAllBytes($"{Repositories.OwnSchemas}{uri}.json"));

    private static void AssertMatches(SchemaRepository repository, string uri, JsonElement value)
    {
        Assert.True(repository.TryFind(uri, out var schema, out var error), error?.Message);
        var violations = new List<SchemaViolation>();
        Assert.True(schema.Schema.Validate(value, violations), string.Join(", ", violations));
    }
}
