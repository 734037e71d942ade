using Millrace.Local;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace Millrace.Benchmarks;

/// <summary>Events into PostgreSQL by the store, beside bare Npgsql that has the same rows as values already.</summary>
internal static class PostgresBenchmark
{
    private const int Events = 100_000;
    private const int Batch = 5_000;
    private const int Pages = 20_000;
    private const string Table = "mediawiki_revision_create";

    public static async Task RunAsync()
    {
        if (PostgresPackage.Missing is { } missing)
        {
            Console.WriteLine(missing);
            return;
        }

        await using var server = await PostgresServer.StartAsync();
        var records = Records();
        var schemas = new SchemaRepository(new SchemaRepositoryOptions { Bases = { Path.Combine(AppContext.BaseDirectory, "jsonschema") } }, null, TimeProvider.System);
        var columns = SqlTable.ReadWithJson(schemas, records[0].SchemaUri!).Columns.Select(PostgresColumn.Of).ToList();
        var rows = records.ConvertAll(record => Values(record, columns));
        var size = records.Average(record => record.Input.Value!.Length);

        (string Title, PostgresMode Mode, (string Name, Func<Run, Task> Work)[] Contenders)[] matches =
        [
            ("append", PostgresMode.Append, [("bare COPY", run => run.BareAppendAsync(isIndexed: false)), ("store, duplicates kept", run => run.StoreAsync())]),
            ("append, ids unique", PostgresMode.Append, [("bare COPY", run => run.BareAppendAsync(isIndexed: true)), ("store, duplicates dropped", run => run.StoreAsync())]),
            ("upsert", PostgresMode.Upsert, [("bare COPY, INSERT ON CONFLICT", run => run.BareUpsertAsync()), ("store", run => run.StoreAsync())]),
        ];
        foreach (var (title, mode, contenders) in matches)
        {
            var measured = contenders.Select(_ => new List<Measured>()).ToArray();

            // In turns, so that what the machine does besides falls on all alike; the first round warms up.
            for (var round = 0; round < 6; round++)
            {
                for (var i = 0; i < contenders.Length; i++)
                {
                    await using var run = await Run.PrepareAsync(server.ConnectionString, schemas, mode, records, columns, rows);
                    var (name, work) = contenders[i];
                    await run.OpenAsync(name.EndsWith("kept", StringComparison.Ordinal) ? "keep" : "drop");
                    measured[i].Add(await Measured.RunAsync(name, Events, () => work(run)));
                    await run.CheckAsync();
                }
            }

            var medians = measured.Select(runs => Measured.Median(runs.Skip(1))).ToArray();
            Measured.Print(string.Create(CultureInfo.InvariantCulture, $"PostgreSQL, {title}: events of {size:F0} bytes, transactions of {Batch:N0}, server beside it (CPU and bytes: this process)"), medians[0], medians[1..]);
        }
    }

    private static List<ProcessedRecord> Records() => Sample.Edits(Events).ConvertAll(edit => edit.Value).Select((value, n) =>
    {
        var text = Encoding.UTF8.GetString(value);
        var page = JsonElement.Parse(value).GetProperty("page_id").GetRawText();
        var keyed = text.Replace($"\"page_id\":{page}", string.Create(CultureInfo.InvariantCulture, $"\"page_id\":{n * 7919L % Pages + 1}"), StringComparison.Ordinal);
        return new ProcessedRecord(
            new EventRecord { Position = new StreamPosition("mediawiki.revision-create", 0, n), Value = Encoding.UTF8.GetBytes(keyed) },
            new Outcome.Emitted([]),
            [],
            JsonElement.Parse(keyed).GetProperty("$schema").GetString());
    }).ToList();

    private static (object? Value, NpgsqlDbType Type)[] Values(ProcessedRecord record, List<PostgresColumn> columns)
    {
        var json = JsonElement.Parse(record.Input.Value!);
        var position = record.Input.Position;
        return
        [
            .. columns.Select(column => json.TryGetProperty(column.Name, out var value) ? ValueOf(value, column.Type) : (null, NpgsqlDbType.Text)),
            (json.GetProperty("meta").GetProperty("id").GetString(), NpgsqlDbType.Text),
            (position.Topic, NpgsqlDbType.Text),
            (position.Partition, NpgsqlDbType.Integer),
            (position.Offset, NpgsqlDbType.Bigint),
            ($$"""{"wiki_id":{{json.GetProperty("database").GetRawText()}},"page_id":{{json.GetProperty("page_id").GetRawText()}}}""", NpgsqlDbType.Text),
        ];
    }

    private static (object?, NpgsqlDbType) ValueOf(JsonElement value, string type) => type switch
    {
        PostgresColumn.Boolean => (value.GetBoolean(), NpgsqlDbType.Boolean),
        PostgresColumn.Bigint => (value.GetInt64(), NpgsqlDbType.Bigint),
        PostgresColumn.DoublePrecision => (value.GetDouble(), NpgsqlDbType.Double),
        PostgresColumn.Timestamp => (value.GetDateTimeOffset().UtcDateTime, NpgsqlDbType.TimestampTz),
        PostgresColumn.Text => (value.GetString(), NpgsqlDbType.Text),
        _ => (value.GetRawText(), NpgsqlDbType.Jsonb),
    };

    /// <summary>One contender's run, on a table of its own.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private static readonly StreamPartition Partition = new("mediawiki.revision-create", 0);

        private readonly string _connectionString;
        private readonly PostgresMode _mode;
        private readonly List<ProcessedRecord> _records;
        private readonly List<PostgresColumn> _columns;
        private readonly List<(object? Value, NpgsqlDbType Type)[]> _rows;
        private readonly NpgsqlConnection _connection;
        private readonly PostgresStore _store;
        private StageDefinition? _stage;

        private Run(string connectionString, SchemaRepository schemas, PostgresMode mode, List<ProcessedRecord> records, List<PostgresColumn> columns, List<(object?, NpgsqlDbType)[]> rows)
        {
            (_connectionString, _mode, _records, _columns, _rows) = (connectionString, mode, records, columns, rows);
            _connection = new NpgsqlConnection(connectionString);
            _store = new PostgresStore(new ConfigurationBuilder().Build(), schemas, TimeProvider.System, NullLogger<PostgresStore>.Instance);
        }

        // A key is a column in an upsert only.
        private IEnumerable<PostgresColumn> AllColumns => _columns.Concat(PostgresColumn.OfRow(_mode));

        private int Fields => _rows[0].Length - (_mode == PostgresMode.Upsert ? 0 : 1);

        public static async Task<Run> PrepareAsync(
            string connectionString, SchemaRepository schemas, PostgresMode mode, List<ProcessedRecord> records, List<PostgresColumn> columns, List<(object?, NpgsqlDbType)[]> rows)
        {
            var run = new Run(connectionString, schemas, mode, records, columns, rows);
            await run._connection.OpenAsync();
            await run.ExecuteAsync($"DROP TABLE IF EXISTS {Table}, millrace_checkpoint, millrace_table, millrace_tombstone; CHECKPOINT");
            return run;
        }

        public async Task BareAppendAsync(bool isIndexed)
        {
            await CreateAsync();
            if (isIndexed)
            {
                await ExecuteAsync($"CREATE UNIQUE INDEX ON {Table} (_id)");
            }

            foreach (var batch in _rows.Chunk(Batch))
            {
                await using var transaction = await _connection.BeginTransactionAsync();
                await CopyAsync(Table, batch);
                await transaction.CommitAsync();
            }
        }

        public async Task BareUpsertAsync()
        {
            await CreateAsync();
            await ExecuteAsync($"CREATE UNIQUE INDEX ON {Table} (_key)");
            var columns = PostgresColumn.List(AllColumns);
            var sets = string.Join(", ", AllColumns.Select(column => $"{PostgresColumn.Quote(column.Name)} = excluded.{PostgresColumn.Quote(column.Name)}"));
            foreach (var batch in _rows.Chunk(Batch))
            {
                await using var transaction = await _connection.BeginTransactionAsync();
                await ExecuteAsync($"CREATE TEMP TABLE staging (LIKE {Table}) ON COMMIT DROP");
                await CopyAsync("staging", [.. batch.GroupBy(row => (string)row[^1].Value!).Select(rows => rows.Last())]);
                await ExecuteAsync($"INSERT INTO {Table} ({columns}) SELECT {columns} FROM staging ON CONFLICT (_key) DO UPDATE SET {sets}");
                await transaction.CommitAsync();
            }
        }

        /// <summary>Connects the store, as the bare contenders are connected before they are measured.</summary>
        public async Task OpenAsync(string duplicates)
        {
            _stage = StageCatalog.Parse(
                Encoding.UTF8.GetBytes($$"""{ "stages": { "S": { "connector": "postgres", "inputs": ["mediawiki.revision-create"], "settings": { "connectionString": "{{_connectionString}}", "mode": "{{_mode}}", "duplicates": "{{duplicates}}" } } } }"""),
                Sample.Catalog.Streams).Get("S");
            await using var session = await _store.OpenAsync(_stage, Partition, CancellationToken.None);
        }

        public async Task StoreAsync()
        {
            foreach (var batch in _records.Chunk(Batch))
            {
                await using var session = await _store.OpenAsync(_stage!, Partition, CancellationToken.None);
                foreach (var record in batch)
                {
                    await session.AppendAsync(record, CancellationToken.None);
                }

                if ((await session.CommitAsync(batch[^1].Input.Position.Offset + 1, CancellationToken.None)).Count > 0)
                {
                    throw new InvalidOperationException("The store refuses events of the sample.");
                }
            }
        }

        public async Task CheckAsync()
        {
            await using var count = new NpgsqlCommand($"SELECT count(*) FROM {Table}", _connection);
            var expected = _mode == PostgresMode.Append ? Events : _rows.Select(row => row[^1].Value).Distinct().Count();
            if ((long)(await count.ExecuteScalarAsync())! is var rows && rows != expected)
            {
                throw new InvalidOperationException($"The table has {rows} rows, and should have {expected}.");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _store.DisposeAsync();
            await _connection.DisposeAsync();
        }

        private Task CreateAsync() => ExecuteAsync($"CREATE TABLE {Table} ({string.Join(", ", AllColumns.Select(column => $"{PostgresColumn.Quote(column.Name)} {column.Type}{(column.Name[0] == '_' && column.Type == PostgresColumn.Text ? " COLLATE \"C\"" : "")}"))})");

        private async Task CopyAsync(string table, (object? Value, NpgsqlDbType Type)[][] rows)
        {
            await using var writer = await _connection.BeginBinaryImportAsync($"COPY {table} ({PostgresColumn.List(AllColumns)}) FROM STDIN (FORMAT binary)");
            foreach (var row in rows)
            {
                await writer.StartRowAsync();
                for (var i = 0; i < Fields; i++)
                {
                    if (row[i].Value is { } value)
                    {
                        await writer.WriteAsync(value, row[i].Type);
                    }
                    else
                    {
                        await writer.WriteNullAsync();
                    }
                }
            }

            await writer.CompleteAsync();
        }

        private async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, _connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
