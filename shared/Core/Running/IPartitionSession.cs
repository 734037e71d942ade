namespace Millrace.Core;

/// <summary>The right to write for one partition of one stage, for the length of a batch.</summary>
/// <remarks>
/// Used by one caller at a time. Whoever disposes of it without having settled gives up what was appended since.
/// Implementations: Kafka, with and without transactions, and memory for tests.
/// </remarks>
public interface IPartitionSession : IAsyncDisposable
{
    /// <summary>The first offset that is not settled yet; records below it are dropped. Zero where nothing is known.</summary>
    long Checkpoint { get; }

    /// <summary>Whether a <see cref="Checkpoint"/> of zero says that nothing is settled, and not that nothing is known.</summary>
    bool KnowsCheckpoint => false;

    /// <summary>How many bytes of outcomes wait in memory for <see cref="SettleAsync"/>; zero where they are on their way already.</summary>
    long HeldBytes { get; }

    /// <summary>Takes the outcome of the next record. It may wait for room, and it need not be durable on return.</summary>
    /// <exception cref="SinkException">The sink cannot take it; the session is of no further use.</exception>
    ValueTask AppendAsync(ProcessedRecord processed, CancellationToken cancellation);

    /// <summary>Returns once everything that was appended is durable, but for what the sink refuses; may be called several times in a batch.</summary>
    /// <returns>
    /// Records that can never be written as they are (larger than the topic takes). The caller appends something else
    /// for each and settles again; until then nothing may be durable. Nearly always empty.
    /// </returns>
    /// <exception cref="SinkException">Something is not durable. Where it can be retried, the session still has all that was appended; otherwise it is of no further use.</exception>
    ValueTask<IReadOnlyList<RefusedRecord>> SettleAsync(CancellationToken cancellation);
}
