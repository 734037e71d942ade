using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>A partition of a connector whose checkpoint is Kafka's, since the store keeps none or the events are replays: first the store has the events, then error events and the checkpoint are written to Kafka, as one.</summary>
/// <remarks>A crash between the two gives the store the same events again. How the stage delivers is also how Kafka's part is written.</remarks>
internal sealed class PostingSession(IStoreSession store, StoreCommit commit, IPartitionSession streams) : IPartitionSession
{
    private long _next = streams.Checkpoint;

    public long Checkpoint => streams.Checkpoint;

    public bool KnowsCheckpoint => streams.KnowsCheckpoint;

    public long HeldBytes => store.HeldBytes + streams.HeldBytes;

    public async ValueTask AppendAsync(ProcessedRecord processed, CancellationToken cancellation)
    {
        _next = Math.Max(_next, processed.Input.Position.Offset + 1);
        if (processed.Outcome is Outcome.Emitted)
        {
            await store.AppendAsync(processed, cancellation).ConfigureAwait(false);
        }

        // Whatever became of it, the checkpoint passes it; only error events have something to write.
        await streams.AppendAsync(processed, cancellation).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<RefusedRecord>> SettleAsync(CancellationToken cancellation) =>
        await commit.RunAsync(store, _next, cancellation).ConfigureAwait(false) is { Count: > 0 } refused
            ? refused
            : await streams.SettleAsync(cancellation).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync().ConfigureAwait(false);
        await streams.DisposeAsync().ConfigureAwait(false);
    }
}
