using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Connectors.Tests.Lake;

/// <summary>A lake in a directory of its own, schemas beside it, and stores on it as processes would have them.</summary>
internal sealed class LakeFixture : IDisposable
{
    public const string Stream = "test.event";
    public const string Table = "test_event";
    public static readonly StreamPartition Partition = new(Stream, 0);

    private static readonly DateTimeOffset Start = new(2026, 7, 5, 9, 30, 0, TimeSpan.Zero);

    private readonly string _root = Directory.CreateTempSubdirectory("millrace-lake-").FullName;

    public LakeFixture(params string[] bases)
    {
        Directory.CreateDirectory(SchemaFolder);
        Declare("1.0.0", """ "number": { "type": "integer" }, "tags": { "type": "array", "items": { "type": "string" } }, "labels": { "type": "object", "additionalProperties": { "type": "integer" } } """);
        Schemas = new SchemaRepository(new SchemaRepositoryOptions { Bases = { SchemaFolder } }, null, Time);
        foreach (var place in bases)
        {
            Schemas = new SchemaRepository(new SchemaRepositoryOptions { Bases = { SchemaFolder, place } }, null, Time);
        }

        Files = new DirectoryFiles(Path.Combine(_root, "lake"));
    }

    public FakeTimeProvider Time { get; } = new(Start);

    public SchemaRepository Schemas { get; }

    public ILakeFiles Files { get; set; }

    public string Root => Path.Combine(_root, "lake");

    private string SchemaFolder => Path.Combine(_root, "schemas");

    public static StageDefinition Stage(string stream = Stream, string title = "test/event", string settings = """{ "path": "lake" }""") => new()
    {
        Name = "ToLake",
        Connector = "lake",
        Inputs = [new StreamDefinition { Name = stream, SchemaTitle = title, Topics = [stream] }],
        ErrorStream = new StreamDefinition { Name = "ToLake.error", SchemaTitle = "error", Topics = ["ToLake.error"] },
        Settings = JsonDocument.Parse(settings).RootElement,
    };

    public void Declare(string version, string properties) => Write($"test/event/{version}", $$$"""
        {
          "$schema": "http://json-schema.org/draft-07/schema#", "$id": "/test/event/{{{version}}}", "title": "test/event", "type": "object",
          "properties": {
            "$schema": { "type": "string" },
            "meta": { "type": "object", "properties": { "id": { "type": "string" }, "dt": { "type": "string", "format": "date-time" }, "stream": { "type": "string" } } },
            {{{properties}}}
          }
        }
        """);

    public void Write(string name, string schema)
    {
        var path = Path.Combine(SchemaFolder, name + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, schema);
    }

    public LakeStore Open(ILakeFiles? files = null, PartitionsBehind? behind = null, ILogger<LakeStore>? log = null) =>
        new(new ConfigurationBuilder().Build(), Schemas, Time, log ?? NullLogger<LakeStore>.Instance, _ => files ?? Files, behind);

    public DeltaLog Log(string table = Table) => new(Files, table);

    /// <summary>Appends records and commits until nothing is refused any more; gives what was.</summary>
    public static async Task<IReadOnlyList<RefusedRecord>> WriteAsync(LakeStore store, IEnumerable<ProcessedRecord> records, StageDefinition? stage = null, StreamPartition? partition = null)
    {
        await using var session = await store.OpenAsync(stage ?? Stage(), partition ?? Partition, default);
        var next = session.Checkpoint;
        foreach (var record in records.Where(record => record.Input.Position.Offset >= session.Checkpoint))
        {
            next = record.Input.Position.Offset + 1;
            await session.AppendAsync(record, default);
        }

        var refused = new List<RefusedRecord>();
        while (await session.CommitAsync(next, default) is { Count: > 0 } more)
        {
            refused.AddRange(more);
        }

        return refused;
    }

    public static ProcessedRecord Event(long offset, string? body = null, string version = "1.0.0", string? id = null, string dt = "2026-07-05T09:30:00Z", StreamPartition? partition = null) =>
        Record(offset, $$"""{"$schema":"/test/event/{{version}}","meta":{"id":"{{id ?? $"event-{partition?.Partition}-{offset}"}}","dt":"{{dt}}","stream":"test.event"},{{body ?? $"\"number\":{offset}"}}}""", $"/test/event/{version}", partition);

    public static ProcessedRecord Record(long offset, string json, string schemaUri, StreamPartition? partition = null) => new(
        new EventRecord { Position = new StreamPosition((partition ?? Partition).Topic, (partition ?? Partition).Partition, offset), Value = Encoding.UTF8.GetBytes(json) },
        new Outcome.Emitted([]), [], schemaUri);

    /// <summary>All rows of the table as it is now, as DuckDB reads them.</summary>
    public async Task<IReadOnlyList<JsonElement>> RowsAsync(string table = Table) => await DuckLake.RowsAsync(Root, await Log(table).ReadAsync(default), table);

    /// <summary>The column <c>number</c> of all rows, in order.</summary>
    public async Task<long[]> NumbersAsync() => [.. (await RowsAsync()).Select(row => row.GetProperty("number").GetInt64()).Order()];

    public async Task AssertNumbersAsync(params long[] expected) => Assert.Equal(expected, await NumbersAsync());

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
