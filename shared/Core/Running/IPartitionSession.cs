namespace Millrace.Core;

/// <summary>The right to write for one partition of one stage, for the length of a batch.</summary>
/// <remarks>Used by one caller at a time. Implementations: Kafka, and memory for tests.</remarks>
public interface IPartitionSession : IAsyncDisposable
{
    /// <summary>The first offset that is not settled yet; records below it are dropped. Zero where nothing is known.</summary>
    long Checkpoint { get; }

    /// <summary>Takes the outcome of the next record. It may wait for room, and it need not be durable on return.</summary>
    /// <exception cref="SinkException">The sink cannot take it; the session is of no further use.</exception>
    ValueTask AppendAsync(ProcessedRecord processed, CancellationToken cancellation);

    /// <summary>Returns once everything that was appended is durable, but for what the sink refuses.</summary>
    /// <returns>
    /// Records that can never be written as they are (larger than the topic takes). The caller appends something else
    /// for each and settles again. Nearly always empty.
    /// </returns>
    /// <exception cref="SinkException">Something is not durable; the session is of no further use.</exception>
    ValueTask<IReadOnlyList<RefusedRecord>> SettleAsync(CancellationToken cancellation);
}
