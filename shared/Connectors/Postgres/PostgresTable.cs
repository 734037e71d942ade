using System.Collections.Concurrent;
using Millrace.Core;
using Millrace.Schemas;
using Npgsql;

namespace Millrace.Connectors;

/// <summary>The table of one stream: made of its schema, and grown with it.</summary>
/// <remarks>Safe for concurrent use: its partitions share it. Whoever changes the table holds a lock of the server's until the transaction ends.</remarks>
internal sealed partial class PostgresTable
{
    /// <summary>The table that keeps the newest schema of each other.</summary>
    public const string Tables = "millrace_table";

    // A batch that turns out to have duplicates was written for nothing.
    private const int CarefulBatches = 16;

    private static readonly SqlDialect Dialect = SqlDialect.Find("postgres")!;

    private readonly SchemaRepository _schemas;
    private readonly PostgresSettings _settings;
    private readonly StreamDefinition _stream;
    private readonly ConcurrentDictionary<string, PostgresRowEncoder> _encoders = new(StringComparer.Ordinal);

    // Replaced as a whole; what has no entry is looked at by the next commit.
    private volatile PostgresTableState _state = PostgresTableState.Unknown;

    private volatile int _careful;

    public PostgresTable(SchemaRepository schemas, PostgresSettings settings, StreamDefinition stream)
    {
        (_schemas, _settings, _stream, Name) = (schemas, settings, stream, NameOf(stream));
        FullName = $"{PostgresColumn.Quote(settings.Schema)}.{PostgresColumn.Quote(Name)}";
    }

    public string Name { get; }

    /// <summary>The schema of the database that it is in.</summary>
    public string SchemaName => _settings.Schema;

    /// <summary>The name with its schema, in quotes.</summary>
    public string FullName { get; }

    /// <summary>Whether ids are looked for before a batch is written, as there were duplicates a short while ago.</summary>
    public bool ExpectsDuplicates => _careful > 0;

    /// <summary>What is known of the table on the server.</summary>
    public PostgresTableState State => _state;

    public static string NameOf(StreamDefinition stream) => Dialect.TableName(new SqlTarget(stream.Name, stream.Topics));

    /// <summary>What makes rows of the events of a schema.</summary>
    /// <exception cref="SinkException">The schema has no table, or cannot be read.</exception>
    public PostgresRowEncoder EncoderOf(string schemaUri) => _encoders.TryGetValue(schemaUri, out var known) ? known : _encoders.GetOrAdd(
        schemaUri, new PostgresRowEncoder(Name, Read(schemaUri), _settings.Mode == PostgresMode.Upsert ? _stream.Key : null));

    /// <summary>Keeps that a batch had duplicates, or had none.</summary>
    public void Expect(bool duplicates) => _careful = duplicates ? CarefulBatches : Math.Max(0, _careful - 1);

    /// <summary>Keeps what was learned of the table, once the transaction that looked is committed.</summary>
    public void Learn(PostgresTableState state) => _state = state;

    /// <summary>Forgets what was known of the table: it may be another by now.</summary>
    public void Forget() => _state = PostgresTableState.Unknown;

    /// <summary>Makes the table fit for the events of these schemas, within the transaction.</summary>
    /// <returns>What is known of it, if the transaction commits.</returns>
    /// <exception cref="SinkException">It cannot be made to fit; the stream stops here until somebody acts.</exception>
    public async ValueTask<PostgresTableState> FitAsync(NpgsqlConnection connection, IEnumerable<string> schemaUris, CancellationToken cancellation)
    {
        var state = _state;

        // A row that is replaced loses what an older event lacks, so that all columns have to be known.
        if (_settings.Mode == PostgresMode.Upsert && state.Newest is not null && await RecordedAsync(connection, cancellation).ConfigureAwait(false) != state.Newest)
        {
            state = PostgresTableState.Unknown;
        }

        foreach (var uri in schemaUris.Where(uri => !state.Fits(uri)).Order(StringComparer.Ordinal))
        {
            try
            {
                state = await FitAsync(connection, state, uri, cancellation).ConfigureAwait(false);
            }
            catch (SqlRefusedException refused)
            {
                throw Unfit(uri, string.Join(' ', refused.Refusals), refused);
            }
            catch (PostgresException refused)
            {
                throw PostgresFailure.ToRetry($"table {FullName} for {uri}", refused);
            }
        }

        return state;
    }

    private async Task<PostgresTableState> FitAsync(NpgsqlConnection connection, PostgresTableState state, string uri, CancellationToken cancellation)
    {
        await LockAsync(connection, FullName, cancellation).ConfigureAwait(false);
        var recorded = await RecordedAsync(connection, cancellation).ConfigureAwait(false);
        var newest = recorded is null || VersionOf(uri) > VersionOf(recorded) ? uri : recorded;
        var wanted = Read(newest);
        var diff = recorded is null || recorded == uri ? null
            : newest == uri ? SqlTableDiff.Between(Read(recorded), wanted) : SqlTableDiff.Between(Read(uri), wanted);

        PostgresColumn[] ofEvent = [.. wanted.Columns.Select(PostgresColumn.Of)];
        var ofRow = PostgresColumn.OfRow(_settings.Mode);
        if (ofEvent.FirstOrDefault(column => ofRow.Any(own => own.Name == column.Name)) is { } taken)
        {
            throw Unfit(uri, $"its field '{taken.Name}' has the name of a column that every row has besides its event.");
        }

        var found = await ColumnsAsync(connection, cancellation).ConfigureAwait(false);
        var missing = wanted.Columns.Where(column => !found.ContainsKey(column.Name)).ToList();
        if (ofEvent.Concat(ofRow).FirstOrDefault(column => found.TryGetValue(column.Name, out var type) && type != column.Type) is { } other)
        {
            throw Unfit(uri, $"column {other.Name} is {found[other.Name]}, and has to be {other.Type}.");
        }

        var target = new SqlTarget(_stream.Name, _stream.Topics);
        var script = found.Count == 0
            ? Dialect.Create(wanted, target)
            : Dialect.Alter(new SqlTableDiff(wanted, [.. missing.Select(field => new SqlAddition(SqlPath.Root.Field(field.Name), field, field))], diff is not null && newest == uri ? diff.Recommented : []), target);
        foreach (var statement in script.Statements.Concat(ofRow.Where(column => !found.ContainsKey(column.Name)).Select(AddColumn)))
        {
            await PostgresSql.ExecuteAsync(connection, statement, [], cancellation).ConfigureAwait(false);
        }

        if (newest != recorded)
        {
            await RecordAsync(connection, newest, cancellation).ConfigureAwait(false);
        }

        var idIndexes = await IndexAsync(connection, PostgresColumn.Id, _settings is { Mode: PostgresMode.Append, Duplicates: PostgresDuplicates.Drop }, cancellation).ConfigureAwait(false);
        await IndexAsync(connection, PostgresColumn.Key, _settings.Mode == PostgresMode.Upsert, cancellation).ConfigureAwait(false);
        return state.With(uri, newest, PostgresColumn.List([.. ofEvent, .. ofRow]), [.. ofEvent.Concat(ofRow)], idIndexes);
    }

    private string AddColumn(PostgresColumn column) =>
        $"ALTER TABLE {FullName} ADD COLUMN {PostgresColumn.Quote(column.Name)} {column.Type}{(column.Name is PostgresColumn.Id or PostgresColumn.Key ? " COLLATE \"C\"" : "")}";

    private SqlTable Read(string schemaUri)
    {
        try
        {
            return SqlTable.ReadWithJson(_schemas, schemaUri);
        }
        catch (SqlRefusedException refused)
        {
            throw Unfit(schemaUri, string.Join(' ', refused.Refusals), refused);
        }
        catch (SchemaException unusable)
        {
            throw Unfit(schemaUri, unusable.Message, unusable);
        }
    }

    private SinkException Unfit(string uri, string reason, Exception? cause = null) => new(
        $"Stream '{_stream.Name}' stops: events of {uri} do not fit table {FullName}: {reason} Other streams go on. Move the table away, or give the events another stream.", cause) { CanRetry = true };

    private static SchemaVersion VersionOf(string uri) => SchemaVersion.TryParse(uri[(uri.LastIndexOf('/') + 1)..], out var version) ? version : default;
}
