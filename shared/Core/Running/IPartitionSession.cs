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

    /// <summary>Returns once everything that was appended is durable.</summary>
    /// <exception cref="SinkException">Something is not; the session is of no further use.</exception>
    ValueTask SettleAsync(CancellationToken cancellation);
}
