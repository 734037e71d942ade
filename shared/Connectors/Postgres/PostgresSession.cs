using Microsoft.Extensions.Logging;
using Millrace.Core;
using Npgsql;

namespace Millrace.Connectors;

/// <summary>A batch of one partition on its way into a table: encoded as it comes, written in one transaction with the checkpoint.</summary>
/// <param name="stage">The stage's connections.</param>
/// <param name="table">The table.</param>
/// <param name="source">The partition that the events are of.</param>
/// <param name="partition">The partition that is owned, and has the checkpoint.</param>
/// <param name="owned">How it is owned.</param>
/// <param name="log">The log.</param>
internal sealed partial class PostgresSession(PostgresStage stage, PostgresTable table, StreamPartition source, StreamPartition partition, PostgresOwnership owned, ILogger log) : IStoreSession
{
    private readonly PostgresBuffer _buffer = new();
    private readonly List<PostgresRow> _rows = stage.RentList();
    private readonly List<RefusedRecord> _refused = [];
    private PostgresOwnership _owned = owned;
    private long _inputBytes;
    private bool _isDisposed;

    public long Checkpoint => _owned.Next;

    // The events stay until it is known that none of them is refused.
    public long HeldBytes => _buffer.Length + _inputBytes;

    public ValueTask AppendAsync(ProcessedRecord accepted, CancellationToken cancellation)
    {
        if (table.EncoderOf(accepted.SchemaUri!).Encode(accepted, _buffer, out var row) is { } reason)
        {
            _refused.Add(new RefusedRecord(accepted, reason, ErrorTypes.RefusedByStore));
        }
        else
        {
            _rows.Add(row);
        }

        _inputBytes += accepted.Input.Size;
        return default;
    }

    public async ValueTask<IReadOnlyList<RefusedRecord>> CommitAsync(long checkpoint, CancellationToken cancellation)
    {
        // Whatever comes of it: without success, the next session asks the server where it is.
        stage.Disown(partition);
        try
        {
            var refused = await CommitOrFindAsync(checkpoint, cancellation).ConfigureAwait(false);
            if (refused.Count > 0)
            {
                var gone = Processed(refused);
                _rows.RemoveAll(row => gone.Contains(row.Processed));
                _refused.Clear();
                return refused;
            }
        }
        catch (Exception failure) when (PostgresFailure.IsOfStore(failure))
        {
            table.Forget();
            throw PostgresFailure.ToRetry($"stage {stage.Name}, {partition} into {table.FullName}", failure);
        }

        _owned = stage.Keep(partition, _owned.Epoch, checkpoint);
        _rows.Clear();
        _buffer.Truncate(0);
        _inputBytes = 0;
        return [];
    }

    public ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _buffer.Dispose();
            stage.ReturnList(_rows);
        }

        return default;
    }

    private async Task<IReadOnlyList<RefusedRecord>> CommitOrFindAsync(long checkpoint, CancellationToken cancellation)
    {
        if (!table.ExpectsDuplicates && _refused.Count == 0)
        {
            try
            {
                return await CommitAsync(checkpoint, isCareful: false, cancellation).ConfigureAwait(false);
            }
            catch (PostgresException failure) when (PostgresFailure.IsOfRows(failure))
            {
                LogRefused(log, stage.Name, partition, failure.MessageText);
            }
        }

        return await CommitAsync(checkpoint, isCareful: true, cancellation).ConfigureAwait(false);
    }

    // One transaction. With care, what cannot enter is left out; without, it is the transaction that fails.
    private async Task<IReadOnlyList<RefusedRecord>> CommitAsync(long checkpoint, bool isCareful, CancellationToken cancellation)
    {
        var connection = await stage.ConnectAsync(cancellation).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                if (!await MoveAsync(connection, checkpoint, cancellation).ConfigureAwait(false))
                {
                    return [];
                }

                var (refused, state) = await WriteAsync(transaction, isCareful, cancellation).ConfigureAwait(false);
                if (refused.Count == 0)
                {
                    await transaction.CommitAsync(cancellation).ConfigureAwait(false);
                    table.Learn(state);
                }

                return refused;
            }
        }
    }

    // False where it was moved before: the answer to that commit was lost.
    private async Task<bool> MoveAsync(NpgsqlConnection connection, long checkpoint, CancellationToken cancellation)
    {
        var schema = stage.Settings.Schema;
        if (await PostgresCheckpoints.TryMoveAsync(connection, schema, stage.Name, partition, _owned, checkpoint, cancellation).ConfigureAwait(false))
        {
            return true;
        }

        var (epoch, next) = await PostgresCheckpoints.FindAsync(connection, schema, stage.Name, partition, cancellation).ConfigureAwait(false);
        return epoch == _owned.Epoch && next == checkpoint ? false : throw new SinkException(
            $"PostgreSQL, stage {stage.Name}, {partition}: another owner has taken it over (epoch {epoch} at {next}, and not {_owned.Epoch} at {_owned.Next}); nothing was written.");
    }

    private async Task<(IReadOnlyList<RefusedRecord> Refused, PostgresTableState State)> WriteAsync(NpgsqlTransaction transaction, bool isCareful, CancellationToken cancellation)
    {
        var rows = stage.Settings.Mode == PostgresMode.Upsert ? LastOfEachKey(_rows) : _rows;
        if (rows.Count == 0)
        {
            return ([.. _refused], table.State);
        }

        var state = await table.FitAsync(transaction.Connection!, rows.Select(row => row.Encoder.SchemaUri).Distinct(), cancellation).ConfigureAwait(false);
        var writer = new PostgresWriter(transaction, table, state, _buffer, source);
        if (stage.Settings.Mode == PostgresMode.Upsert)
        {
            // Of all rows, not of each key's last: where that is refused, the one before it counts.
            await writer.LockAsync(_rows.Exists(row => row.Deletes), cancellation).ConfigureAwait(false);
        }

        if (isCareful)
        {
            return ([.. _refused, .. await WriteWithCareAsync(writer, rows, cancellation).ConfigureAwait(false)], state);
        }

        await writer.WriteAsync(rows, stage.Settings.Mode, cancellation).ConfigureAwait(false);
        return ([.. _refused], state);
    }

    private async Task<IReadOnlyList<RefusedRecord>> WriteWithCareAsync(PostgresWriter writer, List<PostgresRow> rows, CancellationToken cancellation)
    {
        var fresh = await writer.WithoutDuplicatesAsync(rows, cancellation).ConfigureAwait(false);
        table.Expect(duplicates: fresh.Count < rows.Count);
        if (fresh.Count < rows.Count)
        {
            LogDuplicates(log, stage.Name, partition, rows.Count - fresh.Count, table.Name);
        }

        if (fresh.Count == 0)
        {
            return [];
        }

        var refused = await writer.WriteWithoutRefusedAsync(fresh, stage.Settings.Mode, cancellation).ConfigureAwait(false);

        // The event before a refused one is the last of its key now, and may be refused as well.
        for (var count = 0; stage.Settings.Mode == PostgresMode.Upsert && refused.Count > count;)
        {
            count = refused.Count;
            var gone = Processed(refused);
            fresh = LastOfEachKey(_rows.FindAll(row => !gone.Contains(row.Processed)));
            if (fresh.Count > 0)
            {
                refused.AddRange(await writer.WriteWithoutRefusedAsync(fresh, stage.Settings.Mode, cancellation).ConfigureAwait(false));
            }
        }

        return refused;
    }

    private static HashSet<object?> Processed(IEnumerable<RefusedRecord> refused) => refused.Select(record => record.Processed).ToHashSet<object?>(ReferenceEqualityComparer.Instance);

    private static List<PostgresRow> LastOfEachKey(List<PostgresRow> rows)
    {
        var last = new Dictionary<string, int>(rows.Count, StringComparer.Ordinal);
        for (var i = 0; i < rows.Count; i++)
        {
            last[rows[i].Key!] = i;
        }

        return last.Count == rows.Count ? rows : [.. last.Values.Order().Select(i => rows[i])];
    }
}
