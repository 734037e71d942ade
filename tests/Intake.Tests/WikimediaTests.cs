using System.Net;
using System.Text;
using System.Text.Json;

namespace Millrace.Intake.Tests;

/// <summary>Schemas and events that nobody on the project wrote.</summary>
public sealed class WikimediaTests
{
    [CorpusFact]
    public async Task Every_example_of_every_schema_is_taken_and_what_is_stored_matches()
    {
        var schemas = Corpus.Files("wikimedia/schemas", "*.yaml");
        var repository = Repository.Open(Corpus.At("wikimedia", "schemas"));
        List<(string Title, string Uri, JsonElement Example)> examples = [.. schemas.SelectMany(Examples)];
        Assert.True(examples.Count >= 80, $"There are {examples.Count} examples.");
        var streams = examples.Select(example => example.Title).Distinct().ToDictionary(title => title, title => "corpus." + title.Replace('/', '.'));
        await using var app = await IntakeApp.StartAsync(
            streams.Select(stream => (stream.Value, $$"""{ "schema_title": "{{stream.Key}}" }""")),
            $"Millrace:Schemas:2={Corpus.At("wikimedia", "schemas")}");
        foreach (var stream in streams.Values)
        {
            app.Broker.CreateTopic(stream, 1);
        }

        foreach (var (title, uri, example) in examples)
        {
            using var answer = await app.PostAsync(InStream(example, streams[title]));

            Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{uri}: {await answer.Content.ReadAsStringAsync()}");
        }

        foreach (var group in examples.GroupBy(example => example.Title))
        {
            foreach (var record in app.Read(streams[group.Key], group.Count()))
            {
                var uri = JsonElement.Parse(record.Message.Value).GetProperty("$schema").GetString()!;
                Assert.True(repository.TryValidate(uri, record.Message.Value, out var error), error?.Message);
            }
        }
    }

    [CorpusFact]
    public void Schemas_in_use_may_be_offered_to_strangers()
    {
        var repository = Repository.Open(Corpus.At("wikimedia", "schemas"));
        var uris = Corpus.Files("wikimedia/schemas", "*.yaml").Select(file => "/" + Path.GetRelativePath(Corpus.At("wikimedia", "schemas"), file).Replace(".yaml", "", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(uris);
        Assert.All(uris, uri =>
        {
            Assert.True(repository.TryGet(uri, out var schema, out var error), error?.Message);
            Assert.Empty(schema.Unbounded);
        });
    }

    [CorpusTheory]
    [InlineData("revision-create-2021-08-27.ndjson", "mediawiki.revision-create")]
    [InlineData("recentchange-2021-08-27.ndjson", "mediawiki.recentchange")]
    public async Task Captured_events_pass_in_arrays_and_stay_as_they_are(string file, string stream)
    {
        var lines = File.ReadLines(Corpus.At("wikimedia", "events", file)).Where(line => line.Length > 0).Take(500).ToList();
        var title = JsonElement.Parse(lines[0]).GetProperty("$schema").GetString()!.Trim('/');
        title = title[..title.LastIndexOf('/')];
        var own = stream == "mediawiki.revision-create" ? [] : new[] { (stream, $$"""{ "schema_title": "{{title}}" }""") };
        await using var app = await IntakeApp.StartAsync(
            own, $"Millrace:Schemas:0={Corpus.At("wikimedia", "schemas")}", $"Millrace:Schemas:2={Path.Combine(AppContext.BaseDirectory, "jsonschema")}");
        app.Broker.CreateTopic(stream, 1);

        foreach (var chunk in lines.Chunk(100))
        {
            using var answer = await app.PostAsync($"[{string.Join(',', chunk)}]");

            Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(lines, app.Read(stream, lines.Count).Select(record => Encoding.UTF8.GetString(record.Message.Value)));
    }

    private static IEnumerable<(string Title, string Uri, JsonElement Example)> Examples(string file)
    {
        var uri = "/" + Path.GetRelativePath(Corpus.At("wikimedia", "schemas"), file).Replace(".yaml", "", StringComparison.Ordinal);
        var options = new Schemas.SchemaRepositoryOptions();
        options.Bases.Add(Corpus.At("wikimedia", "schemas"));
        var document = new Schemas.SchemaRepository(options, null, TimeProvider.System).Document(uri)!.Value;
        return document.TryGetProperty("examples", out var examples) && document.TryGetProperty("title", out var title)
            ? examples.EnumerateArray().Where(example => example.TryGetProperty("$schema", out _) && example.TryGetProperty("meta", out _)).Select(example => (title.GetString()!, uri, example))
            : [];
    }

    private static string InStream(JsonElement example, string stream) => JsonSerializer.Serialize(example.EnumerateObject().ToDictionary(
        field => field.Name,
        field => field.Name == "meta" ? (object)field.Value.EnumerateObject().ToDictionary(meta => meta.Name, meta => meta.Name == "stream" ? (object)stream : meta.Value) : field.Value));
}
