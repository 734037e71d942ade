using System.Text.Json;

namespace Millrace.Schemas.Tests;

/// <summary>Schemas and events of a platform in use.</summary>
public sealed class WikimediaTests
{
    [CorpusFact]
    public void All_schemas_compile()
    {
        var repository = Repositories.Wikimedia();
        var uris = Uris();
        Assert.Equal(98, uris.Count);
        Assert.All(uris, repository.Require);
    }

    [CorpusFact]
    public void All_examples_match_their_schemas()
    {
        var repository = Repositories.Wikimedia();
        var examples = Uris().SelectMany(uri => Examples(uri).Select(example => (uri, example))).ToList();
        Assert.Equal(103, examples.Count);
        Assert.All(examples, pair =>
        {
            Assert.True(repository.TryFind(pair.uri, out var schema, out _));
            var violations = new List<SchemaViolation>();
            Assert.True(schema.Schema.Validate(pair.example, violations), $"{pair.uri}: {string.Join(", ", violations)}");
        });
    }

    [CorpusTheory]
    [InlineData("revision-create-2021-08-27.ndjson", 1571)]
    [InlineData("page-create-2021-08-20.ndjson", 41)]
    [InlineData("recentchange-2021-08-27.ndjson", 1950)]
    [InlineData("page_change-wikidata-2024.ndjson", 10)]
    [InlineData("page_change-liftwing.ndjson", 1)]
    public void Captured_events_match_the_schemas_they_name(string file, int count) =>
        Assert.Equal(count, Decode(new EventSchemas(Repositories.Wikimedia()), file));

    [CorpusTheory]
    [InlineData("revision-create-2021-08-27.ndjson", 1571)]
    [InlineData("page-create-2021-08-20.ndjson", 41)]
    [InlineData("page_change-liftwing.ndjson", 1)]
    public void Captured_events_match_our_schemas_too(string file, int count) =>
        Assert.Equal(count, Decode(new EventSchemas(Repositories.Own()), file));

    // The capture of the 1.6.0 event has no schema in the snapshot.
    private static int Decode(EventSchemas schemas, string file)
    {
        var count = 0;
        foreach (var line in File.ReadLines(Corpus.At("wikimedia", "events", file)).Where(line => !line.Contains("page/change/1.6.0", StringComparison.Ordinal)))
        {
            Assert.True(schemas.TryDecode(Repositories.Record(line), out var decoded, out var error), error?.Message);
            decoded.Dispose();
            count++;
        }

        return count;
    }

    internal static List<string> Uris() =>
        [.. Corpus.Files("wikimedia/schemas", "*.yaml").Select(file => "/" + Path.GetRelativePath(Repositories.WikimediaSchemas, file)[..^".yaml".Length])];

    internal static JsonElement.ArrayEnumerator Examples(string uri)
    {
        var document = SchemaFile.Parse(uri, ".yaml", File.ReadAllBytes(Repositories.WikimediaSchemas + uri + ".yaml"));
        return document.TryGetProperty("examples", out var examples) ? examples.EnumerateArray() : default;
    }
}
