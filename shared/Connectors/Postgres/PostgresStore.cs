using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Schemas;
using Npgsql;

namespace Millrace.Connectors;

/// <summary>PostgreSQL: a table for each stream, made of its schema, exactly once. Safe for concurrent use.</summary>
/// <remarks>
/// A batch and its checkpoint are one transaction, which fails where another has taken the partition over. The table
/// <c>millrace_checkpoint</c> has owners and checkpoints, <c>millrace_table</c> the newest schema of each table,
/// <c>millrace_tombstone</c> the keys that upserts have deleted.
/// What a lack of rights, room or the server itself prevents is waited for.
/// </remarks>
/// <param name="configuration">Settings of stages that stand over those of the catalog.</param>
/// <param name="schemas">Where the tables come from.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it says what it does.</param>
public sealed partial class PostgresStore(IConfiguration configuration, SchemaRepository schemas, TimeProvider time, ILogger<PostgresStore> log) : IStore, IAsyncDisposable
{
    // The server cuts longer names, silently.
    private const int MaxNameBytes = 63;

    private static readonly string[] OwnTables = [PostgresCheckpoints.Table, PostgresCheckpoints.Tombstones, PostgresTable.Tables];

    private readonly ConcurrentDictionary<string, Lazy<PostgresStage>> _stages = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "postgres";

    /// <inheritdoc/>
    public void Require(StageDefinition stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        var settings = SettingsOf(stage);
        var tables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var stream in stage.Inputs)
        {
            var table = PostgresTable.NameOf(stream);
            if (Encoding.UTF8.GetByteCount(table) > MaxNameBytes || table.StartsWith("pg_", StringComparison.Ordinal) || OwnTables.Contains(table))
            {
                throw Wrong(stage, $"stream '{stream.Name}' would have table '{table}'; allowed are names of {MaxNameBytes} bytes that do not begin with pg_ and are none of {string.Join(", ", OwnTables)}.");
            }

            if (!tables.TryAdd(table, stream.Name))
            {
                throw Wrong(stage, $"streams '{tables[table]}' and '{stream.Name}' would have the same table '{table}'; bring one of them into another schema, with a stage of its own.");
            }

            if (settings.Mode == PostgresMode.Upsert && stream.Key is null)
            {
                throw Wrong(stage, $"settings.mode is 'upsert', and stream '{stream.Name}' has no message_key_fields, which its rows would be found by; allowed is 'append'.");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IStoreSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation, StreamPartition? read = null)
    {
        ArgumentNullException.ThrowIfNull(stage);
        var stream = stage.InputOfTopic(partition.Topic) ?? throw new SinkException($"Topic '{partition.Topic}' carries none of the streams of stage {stage.Name}.");
        var tables = _stages.GetOrAdd(stage.Name, _ => new Lazy<PostgresStage>(() => new PostgresStage(stage, SettingsOf(stage), schemas, time))).Value;
        var own = read ?? partition;
        var (owned, isNew) = await tables.OwnAsync(own, cancellation).ConfigureAwait(false);
        if (isNew)
        {
            LogOwned(log, stage.Name, own, owned.Epoch, owned.Next);
        }

        return new PostgresSession(tables, tables.TableOf(stream), partition, own, owned, log);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var stage in _stages.Values)
        {
            await stage.Value.DisposeAsync().ConfigureAwait(false);
        }
    }

    private PostgresSettings SettingsOf(StageDefinition stage)
    {
        var settings = StageSettings.Bind<PostgresSettings>(stage, configuration);
        if (settings is { Mode: PostgresMode.Upsert, Duplicates: PostgresDuplicates.Keep })
        {
            throw Wrong(stage, "settings.duplicates is 'keep', and settings.mode 'upsert', where a table has one row for each key; leave it out.");
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(settings.ConnectionString).Host is { Length: > 0 } ? settings : throw new ArgumentException("it names no Host.");
        }
        catch (Exception cause) when (cause is ArgumentException or FormatException)
        {
            // Not the value: it may have a password.
            throw Wrong(stage, $"settings.connectionString cannot be used: {cause.Message}", cause);
        }
    }

    private static CatalogException Wrong(StageDefinition stage, string reason, Exception? cause = null) => new($"stages.{stage.Name}: {reason}", cause);
}
