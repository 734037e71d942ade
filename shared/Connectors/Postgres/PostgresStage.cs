using System.Collections.Concurrent;
using Millrace.Core;
using Millrace.Schemas;
using Npgsql;

namespace Millrace.Connectors;

/// <summary>A stage's connections, which its partitions share, its tables, and what it owns of them.</summary>
internal sealed class PostgresStage : IAsyncDisposable
{
    // A partition that rested so long may have had another owner in the meantime.
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    private readonly SchemaRepository _schemas;
    private readonly TimeProvider _time;
    private readonly NpgsqlDataSource _source;
    private readonly ConcurrentDictionary<StreamPartition, PostgresOwnership> _owned = new();
    private readonly ConcurrentDictionary<string, PostgresTable> _tables = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<List<PostgresRow>> _lists = [];
    private volatile bool _isSetUp;

    public PostgresStage(StageDefinition stage, PostgresSettings settings, SchemaRepository schemas, TimeProvider time)
    {
        (Name, Settings, _schemas, _time) = (stage.Name, settings, schemas, time);

        // Nothing is left in a session by a transaction, so that there is nothing to reset.
        var connection = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            ApplicationName = "millrace",
            SearchPath = settings.Schema,
            MaxPoolSize = settings.Connections,
            MinPoolSize = 0,
            ConnectionIdleLifetime = 60,
            NoResetOnClose = true,
            Enlist = false,
        };
        _source = NpgsqlDataSource.Create(connection);
    }

    public string Name { get; }

    public PostgresSettings Settings { get; }

    public PostgresTable TableOf(StreamDefinition stream) => _tables.GetOrAdd(stream.Name, _ => new PostgresTable(_schemas, Settings, stream));

    /// <exception cref="SinkException">There is none to be had.</exception>
    public async ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancellation)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (PostgresFailure.IsOfStore(failure))
        {
            throw PostgresFailure.ToRetry($"stage {Name}", failure);
        }
    }

    /// <summary>What is owned already, or is taken over now.</summary>
    /// <returns>The epoch and the checkpoint, and whether another owner may have lost the partition.</returns>
    public async ValueTask<(PostgresOwnership Owned, bool IsNew)> OwnAsync(StreamPartition partition, CancellationToken cancellation)
    {
        if (_owned.TryGetValue(partition, out var known) && _time.GetElapsedTime(known.Since) < Rest)
        {
            return (known, false);
        }

        var connection = await ConnectAsync(cancellation).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                if (!_isSetUp)
                {
                    await SetUpAsync(connection, cancellation).ConfigureAwait(false);
                }

                var (epoch, next) = await PostgresCheckpoints.TakeAsync(connection, Settings.Schema, Name, partition, cancellation).ConfigureAwait(false);
                return (Keep(partition, epoch, next), true);
            }
            catch (Exception failure) when (PostgresFailure.IsOfStore(failure))
            {
                _isSetUp = false;
                throw PostgresFailure.ToRetry($"stage {Name}, {partition}", failure);
            }
        }
    }

    /// <summary>An empty list. Those of thousands of rows are large objects, made too often if each batch had a new one.</summary>
    public List<PostgresRow> RentList() => _lists.TryTake(out var list) ? list : [];

    /// <summary>Takes a list back that nobody uses any more.</summary>
    public void ReturnList(List<PostgresRow> list)
    {
        list.Clear();
        _lists.Add(list);
    }

    /// <summary>Keeps what a commit has reached, for the next session of the partition.</summary>
    public PostgresOwnership Keep(StreamPartition partition, long epoch, long next) => _owned[partition] = new PostgresOwnership(epoch, next, _time.GetTimestamp());

    /// <summary>Forgets what is owned, so that the next session takes the partition over and reads its checkpoint.</summary>
    public void Disown(StreamPartition partition) => _owned.TryRemove(partition, out _);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task SetUpAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await PostgresCheckpoints.SetUpAsync(connection, Settings.Schema, cancellation).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        }

        _isSetUp = true;
    }
}
