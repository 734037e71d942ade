using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>The right to write one partition of a stage into a store, for the length of a batch.</summary>
/// <remarks>Used by one caller at a time. Whoever disposes of it without having committed gives up what was appended since.</remarks>
public interface IStoreSession : IAsyncDisposable
{
    /// <summary>The first offset that the store does not have yet; zero where nothing is known.</summary>
    long Checkpoint { get; }

    /// <summary>How many bytes wait in memory for <see cref="CommitAsync"/>.</summary>
    long HeldBytes { get; }

    /// <summary>Takes an event, in offset order. Its bytes match its schema, <see cref="ProcessedRecord.SchemaUri"/>.</summary>
    /// <exception cref="SinkException">The store cannot take it for now.</exception>
    ValueTask AppendAsync(ProcessedRecord accepted, CancellationToken cancellation);

    /// <summary>Writes what was appended, and the checkpoint behind it, in one step: after a crash both are there, or neither.</summary>
    /// <param name="checkpoint">The offset behind the last record, whether that entered the store or not.</param>
    /// <param name="cancellation">Gives up waiting; what was written by then is found out by whoever opens the partition next.</param>
    /// <returns>What the store will never take. Where there is any, nothing was written, and these are forgotten: the caller commits again.</returns>
    /// <exception cref="SinkException">Not written, or perhaps. Where it can be retried, the session still has all that was appended.</exception>
    ValueTask<IReadOnlyList<RefusedRecord>> CommitAsync(long checkpoint, CancellationToken cancellation);
}
