using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Core;
using Millrace.Schemas;
using Npgsql;

namespace Millrace.Connectors.Tests;

/// <summary>A schema on the server, a store that writes there, and schemas that a test wrote.</summary>
internal sealed class PostgresPlace : IAsyncDisposable
{
    public const string Things = "test.things";
    public const string Others = "test.others";

    // All that the types of columns differ in; a stream of things is keyed by two fields, one of them within another.
    private const string Thing = """
        "$schema": { "type": "string" },
        "meta": { "type": "object", "properties": { "id": { "type": "string" }, "stream": { "type": "string" } } },
        "wiki": { "type": "string" },
        "page": { "type": "object", "properties": { "id": { "type": "integer" }, "title": { "type": "string" } } },
        "changelog_kind": { "type": "string" },
        "n": { "type": "integer" },
        "x": { "type": "number" },
        "at": { "type": "string", "format": "date-time" },
        "note": { "type": "string" },
        "flag": { "type": "boolean" }
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-store-").FullName;
    private readonly PostgresFixture _server;
    private readonly SchemaRepository _schemas;

    public PostgresPlace(PostgresFixture server, string settings = "", params string[] bases)
    {
        (_server, Schema) = (server, server.NextSchema());
        AddSchema("/test/thing/1.0.0", Thing);
        var options = new SchemaRepositoryOptions { Bases = { _directory } };
        foreach (var place in bases)
        {
            options.Bases.Add(place);
        }

        _schemas = new SchemaRepository(options, client: null, TimeProvider.System);
        Stage = StageOf("ToPostgres", settings);
        Store = NewStore();
    }

    public string Schema { get; }

    public StageDefinition Stage { get; }

    public PostgresStore Store { get; }

    public FakeTimeProvider Clock { get; } = new();

    public SchemaRepository Schemas => _schemas;

    /// <summary>As another process would have it.</summary>
    public PostgresStore NewStore() => new(new ConfigurationBuilder().Build(), _schemas, Clock, NullLogger<PostgresStore>.Instance);

    public StageDefinition StageOf(string name, string settings, string streams = "\"test.things\", \"test.others\"") => Catalog(
        $$"""
        { "stages": { "{{name}}": { "connector": "postgres", "inputs": [{{streams}}], "settings": { "connectionString": "{{_server.ConnectionString}}", "schema": "{{Schema}}" {{(settings.Length > 0 ? "," + settings : "")}} } } } }
        """).Get(name);

    public static StageCatalog Catalog(string stages) => StageCatalog.Parse(
        Encoding.UTF8.GetBytes(stages),
        StreamCatalog.Parse("""
        {
          "streams": {
            "test.things": { "schema_title": "test/thing", "topics": ["test.things", "copy.test.things"], "message_key_fields": { "wiki": "wiki", "id": "page.id" } },
            "test.others": { "schema_title": "test/other", "message_key_fields": { "wiki": "wiki" } },
            "test_things": { "schema_title": "test/thing" },
            "unkeyed": { "schema_title": "test/thing" },
            "pg_class": { "schema_title": "test/thing" },
            "mediawiki.recentchange": { "schema_title": "mediawiki/recentchange" },
            "mediawiki.revision-create": { "schema_title": "mediawiki/revision/create" },
            "mediawiki.page-create": { "schema_title": "mediawiki/revision/create" },
            "mediawiki.page_change.v1": { "schema_title": "mediawiki/page/change", "message_key_fields": { "wiki_id": "wiki_id", "page_id": "page.page_id" } },
            "examples": { "schema_title": "any" }
          }
        }
        """u8.ToArray()));

    /// <summary>Adds a schema with these properties.</summary>
    public void AddSchema(string uri, string properties)
    {
        var file = Path.Combine(_directory, uri[1..] + ".json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $$"""{ "title": "{{uri[1..uri.LastIndexOf('/')]}}", "type": "object", "properties": { {{properties}} } }""");
    }

    /// <summary>Adds a version of things with further properties.</summary>
    public void AddThing(string version, string properties) => AddSchema($"/test/thing/{version}", $"{Thing}, {properties}");

    public ValueTask<IStoreSession> OpenAsync(int partition = 0, string topic = Things, StageDefinition? stage = null) =>
        Store.OpenAsync(stage ?? Stage, new StreamPartition(topic, partition), CancellationToken.None);

    public static ProcessedRecord Record(long offset, string json, int partition = 0, string topic = Things, string schema = "/test/thing/1.0.0") => new(
        new EventRecord { Position = new StreamPosition(topic, partition, offset), Value = Encoding.UTF8.GetBytes(json) }, new Outcome.Emitted([]), [], schema);

    /// <summary>A thing with an id of its own, and whatever else a test puts into it.</summary>
    public static string ThingOf(string id, Action<JsonObject>? change = null)
    {
        var thing = new JsonObject { ["meta"] = new JsonObject { ["id"] = id }, ["wiki"] = "w", ["page"] = new JsonObject { ["id"] = 1 }, ["n"] = 1 };
        change?.Invoke(thing);
        return thing.ToJsonString();
    }

    /// <summary>Appends records and commits until nothing is refused any more.</summary>
    public static async Task<IReadOnlyList<RefusedRecord>> WriteAsync(IStoreSession session, params IEnumerable<ProcessedRecord> records)
    {
        var checkpoint = session.Checkpoint;
        foreach (var record in records)
        {
            await session.AppendAsync(record, CancellationToken.None);
            checkpoint = record.Input.Position.Offset + 1;
        }

        var refused = await session.CommitAsync(checkpoint, CancellationToken.None);
        if (refused.Count > 0)
        {
            Assert.Empty(await session.CommitAsync(checkpoint, CancellationToken.None));
        }

        return refused;
    }

    public async Task<IReadOnlyList<RefusedRecord>> WriteAsync(params ProcessedRecord[] records)
    {
        await using var session = await OpenAsync(records[0].Input.Position.Partition, records[0].Input.Position.Topic);
        return await WriteAsync(session, records.AsEnumerable());
    }

    public async Task<List<string>> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{_server.ConnectionString};SearchPath={Schema};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : Convert.ToString(reader.GetValue(i), System.Globalization.CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    /// <summary>Holds an advisory lock of the server's until it is disposed.</summary>
    public async Task<IAsyncDisposable> HoldAsync(long number)
    {
        var holder = new NpgsqlConnection($"{_server.ConnectionString};Pooling=false");
        await holder.OpenAsync();
        await using var command = new NpgsqlCommand($"SELECT pg_advisory_lock({number})", holder);
        await command.ExecuteNonQueryAsync();
        return holder;
    }

    /// <summary>Returns when so many connections wait for a lock.</summary>
    public async Task WaitersAsync(int count)
    {
        while ((await QueryAsync("SELECT count(*) FROM pg_locks WHERE NOT granted")).Single() != $"{count}")
        {
            await Task.Yield();
        }
    }

    /// <summary>Makes the first insert of a row fail so, and no other, whether or not its transaction is undone.</summary>
    public async Task FailOnceAsync(string table, string statement) => await QueryAsync(
        $"""
        CREATE SEQUENCE tries;
        CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('{Schema}.tries') = 1 THEN {statement}; END IF; RETURN NEW; END $$;
        CREATE TRIGGER fail_once BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fail_once();
        """);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
