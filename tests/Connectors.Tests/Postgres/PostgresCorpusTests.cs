using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Schemas;
using Millrace.Testing;
using Millrace.Tests;

namespace Millrace.Connectors.Tests;

[Collection(nameof(PostgresFixture))]
public sealed class PostgresCorpusTests(PostgresFixture server)
{
    // Its events have any names, and so no columns.
    private const string OfMaps = "/fragment/mediawiki/state/entity/revision_slots/1.0.0";

    private static readonly Lazy<SchemaRepository> Shared =
        new(() => new SchemaRepository(new SchemaRepositoryOptions { Bases = { Corpus.At("wikimedia", "schemas") } }, client: null, TimeProvider.System));

    public static TheoryData<string> WithExamples =>
    [
        .. Corpus.Files("wikimedia/schemas", "*.yaml")
            .Select(file => "/" + Path.GetRelativePath(Corpus.At("wikimedia", "schemas"), file)[..^".yaml".Length])
            .Where(uri => Shared.Value.Document(uri)!.Value.TryGetProperty("examples", out var examples) && examples.GetArrayLength() > 0)
            .Except([OfMaps]),
    ];

    [CorpusInPostgresTheory]
    [InlineData("recentchange-2021-08-27", "mediawiki.recentchange", "/mediawiki/recentchange/1.0.0", 1950, 1950)]
    [InlineData("revision-create-2021-08-27", "mediawiki.revision-create", "/mediawiki/revision/create/1.1.0", 1571, 1571)]
    [InlineData("page-create-2021-08-20", "mediawiki.page-create", "/mediawiki/revision/create/1.1.0", 41, 41)]
    [InlineData("page_change-wikidata-2024", "mediawiki.page_change.v1", "/mediawiki/page/change/1.3.0", 10, 10)]
    [InlineData("page_change-liftwing", "mediawiki.page_change.v1", "/mediawiki/page/change/1.3.0", 2, 1)]
    public async Task Captured_events_come_back_as_they_went_in(string file, string stream, string schemaUri, int lines, int rows)
    {
        await using var place = new PostgresPlace(server, "", Corpus.At("wikimedia", "schemas"));
        var records = Records(file, stream);
        Assert.Equal(lines, records.Count);

        var (runner, errors) = Runner(place, place.StageOf("Capture", "", $"\"{stream}\""));
        foreach (var batch in records.Chunk(500))
        {
            await runner.RunAsync(batch, CancellationToken.None);
        }

        // Of one event the schema is not among those that there are.
        Assert.Equal(lines - rows, errors.Settled.Count(processed => processed.Outcome is Outcome.Failed));
        await AssertStoredAsync(place, TableOf(stream), SqlTable.ReadWithJson(place.Schemas, schemaUri), [.. records.Where(record => place.Schemas.Document(Field(record, "$schema")) is not null)], rows);
        Assert.Equal([$"{lines}"], await place.QueryAsync("SELECT sum(next_offset) FROM millrace_checkpoint"));
    }

    [CorpusInPostgresTheory]
    [MemberData(nameof(WithExamples))]
    public async Task The_examples_of_a_schema_come_back_as_they_went_in(string uri)
    {
        var examples = Shared.Value.Document(uri)!.Value.GetProperty("examples").EnumerateArray();
        var records = examples.Select((example, n) => PostgresPlace.Record(n, example.GetRawText(), topic: "examples", schema: uri)).ToList();
        await using var place = new PostgresPlace(server, "\"duplicates\": \"keep\"", Corpus.At("wikimedia", "schemas"));
        await using var session = await place.OpenAsync(topic: "examples", stage: place.StageOf("Any", "\"duplicates\": \"keep\"", "\"examples\""));

        Assert.Empty(await PostgresPlace.WriteAsync(session, records));

        await AssertStoredAsync(place, "examples", SqlTable.ReadWithJson(place.Schemas, uri), [.. records.Select(record => record.Input)], records.Count);
    }

    [CorpusInPostgresTheory]
    [InlineData(OfMaps)]
    public async Task Events_that_are_no_rows_stop_their_stream(string uri)
    {
        await using var place = new PostgresPlace(server, "", Corpus.At("wikimedia", "schemas"));
        await using var session = await place.OpenAsync(topic: "examples", stage: place.StageOf("Any", "", "\"examples\""));

        var stopped = await Assert.ThrowsAsync<SinkException>(async () => await session.AppendAsync(PostgresPlace.Record(0, "{}", topic: "examples", schema: uri), CancellationToken.None));

        Assert.Contains("The events are a map; a table needs an object with properties, for its columns.", stopped.Message, StringComparison.Ordinal);
    }

    [CorpusInPostgresTheory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(500)]
    public async Task Captured_page_changes_are_the_state_of_the_pages_however_they_are_cut_into_batches(int size)
    {
        await using var place = new PostgresPlace(server, "", Corpus.At("wikimedia", "schemas"));
        var records = Records("page_change-wikidata-2024", "mediawiki.page_change.v1");
        var expected = records
            .Select(record => JsonElement.Parse(record.Value!))
            .GroupBy(change => change.GetProperty("page").GetProperty("page_id").GetInt64())
            .Select(changes => (Page: changes.Key, Last: changes.Last()))
            .Where(page => page.Last.GetProperty("changelog_kind").GetString() != "delete")
            .OrderBy(page => page.Page)
            .Select(page => $"{page.Page}|{page.Last.GetProperty("meta").GetProperty("id")}|{page.Last.GetProperty("page_change_kind")}")
            .ToList();

        var (runner, _) = Runner(place, place.StageOf("State", "\"mode\": \"upsert\"", "\"mediawiki.page_change.v1\""));
        foreach (var batch in records.Chunk(size))
        {
            await runner.RunAsync(batch, CancellationToken.None);
        }

        Assert.NotEmpty(expected);
        Assert.Equal(expected, await place.QueryAsync("SELECT page->>'page_id', _id, page_change_kind FROM mediawiki_page_change_v1 ORDER BY (page->>'page_id')::bigint"));
    }

    [CorpusInPostgresTheory]
    [InlineData("mediawiki.revision-create", "\"page_title\":\"", "\"page_title\":\"\\u0000", "mediawiki_revision_create.page_title: \"\\u0000")]
    public async Task What_the_table_refuses_goes_to_the_error_stream_and_all_else_in(string stream, string part, string poison, string reason)
    {
        await using var place = new PostgresPlace(server, "", Corpus.At("wikimedia", "schemas"));
        var records = Records("revision-create-2021-08-27", stream).Take(200).ToList();
        var poisoned = Encoding.UTF8.GetString(records[77].Value!).Replace(part, poison, StringComparison.Ordinal);
        records[77] = new EventRecord { Position = records[77].Position, Value = Encoding.UTF8.GetBytes(poisoned) };

        var (runner, errors) = Runner(place, place.StageOf("Capture", "", $"\"{stream}\""));
        await runner.RunAsync(records, CancellationToken.None);

        var failed = JsonElement.Parse(Assert.Single(Assert.Single(errors.Settled, processed => processed.Outcome is Outcome.Failed).Outputs).Value);
        Assert.Equal((ErrorTypes.RefusedByStore, true), (failed.GetProperty("error_type").GetString(), failed.GetProperty("message").GetString()!.Contains(reason, StringComparison.Ordinal)));
        Assert.Equal(["199|200"], await place.QueryAsync("SELECT count(*), (SELECT next_offset FROM millrace_checkpoint) FROM mediawiki_revision_create"));
    }

    private static (StageRunner Runner, InMemorySink Errors) Runner(PostgresPlace place, StageDefinition stage)
    {
        var errors = new InMemorySink();
        var pipeline = new StagePipeline(stage, new Everything(), new EventSchemas(place.Schemas), TimeProvider.System);
        return (new StageRunner(stage, pipeline, new ConnectorSink([place.Store], errors), TimeProvider.System, NullLogger<StageRunner>.Instance), errors);
    }

    private static List<EventRecord> Records(string file, string stream) =>
    [
        .. File.ReadLines(Corpus.At("wikimedia", "events", $"{file}.ndjson")).Select((line, n) => new EventRecord
        {
            Position = new StreamPosition(stream, 0, n),
            Value = Encoding.UTF8.GetBytes(line.Replace("\"stream\":\"mediawiki.page_change.v1_liftwing\"", $"\"stream\":\"{stream}\"", StringComparison.Ordinal)),
        }),
    ];

    private static string TableOf(string stream) => stream.Replace('.', '_').Replace('-', '_');

    private static string Field(EventRecord record, string name) => JsonElement.Parse(record.Value!).GetProperty(name).GetString()!;

    private static async Task AssertStoredAsync(PostgresPlace place, string name, SqlTable table, List<EventRecord> events, int rows)
    {
        var stored = await place.QueryAsync($"SELECT to_jsonb(t)::text FROM {name} AS t ORDER BY _offset");
        Assert.Equal((rows, rows), (events.Count, stored.Count));
        Assert.All(events.Zip(stored), pair =>
        {
            var (sent, row) = (JsonElement.Parse(pair.First.Value!), JsonElement.Parse(pair.Second));
            Assert.Equal(pair.First.Position.Offset, row.GetProperty("_offset").GetInt64());
            foreach (var column in table.Columns)
            {
                var found = row.GetProperty(column.Name);
                if (!sent.TryGetProperty(column.Name, out var value) || value.ValueKind == JsonValueKind.Null)
                {
                    Assert.Equal(JsonValueKind.Null, found.ValueKind);
                }
                else if (column.Type is SqlType.Scalar(SqlScalar.Timestamp))
                {
                    Assert.Equal(Instant(value), Instant(found));
                }
                else
                {
                    Assert.True(JsonElement.DeepEquals(value, found), $"{column.Name}: {value} is stored as {found}");
                }
            }
        });

        static DateTimeOffset Instant(JsonElement text) => DateTimeOffset.Parse(text.GetString()!, CultureInfo.InvariantCulture);
    }

    private sealed class Everything : Connector;
}
