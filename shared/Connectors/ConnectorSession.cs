using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>A partition of a connector: events go to the store, error events to their stream.</summary>
/// <remarks>
/// Error events are acknowledged before the store commits the checkpoint behind their inputs. A crash between the two
/// writes an error event again, with the same id, since that depends on the input's position alone.
/// </remarks>
internal sealed class ConnectorSession(IStoreSession store, StoreCommit commit, IPartitionSession errors) : IPartitionSession
{
    private long _next = store.Checkpoint;
    private long _settled = store.Checkpoint;

    public long Checkpoint => store.Checkpoint;

    public bool KnowsCheckpoint => true;

    public long HeldBytes => store.HeldBytes + errors.HeldBytes;

    public ValueTask AppendAsync(ProcessedRecord processed, CancellationToken cancellation)
    {
        _next = Math.Max(_next, processed.Input.Position.Offset + 1);
        return processed.Outcome switch
        {
            Outcome.Emitted => store.AppendAsync(processed, cancellation),
            Outcome.Failed => errors.AppendAsync(processed, cancellation),
            _ => default,
        };
    }

    public async ValueTask<IReadOnlyList<RefusedRecord>> SettleAsync(CancellationToken cancellation)
    {
        if (_next <= _settled)
        {
            return [];
        }

        if (await errors.SettleAsync(cancellation).ConfigureAwait(false) is { Count: > 0 } refusedErrors)
        {
            return refusedErrors;
        }

        var next = _next;
        if (await commit.RunAsync(store, next, cancellation).ConfigureAwait(false) is { Count: > 0 } refused)
        {
            return refused;
        }

        _settled = next;
        return [];
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync().ConfigureAwait(false);
        await errors.DisposeAsync().ConfigureAwait(false);
    }
}
