namespace Millrace.Core;

/// <summary>How far a stage has come, where it is kept: for tools that set it while the stage does not run.</summary>
/// <remarks>Implementations: the checkpoint group in Kafka, and stores that keep checkpoints with their data. Safe for concurrent use.</remarks>
public interface ICheckpoints : IAsyncDisposable
{
    /// <summary>The first offset of each partition that is not settled; partitions of which nothing is known are left out.</summary>
    /// <exception cref="SinkException">Nobody answers.</exception>
    Task<IReadOnlyDictionary<StreamPartition, long>> ReadAsync(IReadOnlyCollection<StreamPartition> partitions, CancellationToken cancellation);

    /// <summary>Takes a partition away from whoever owns it, whose writes fail from then on, and sets its checkpoint, both or neither.</summary>
    /// <exception cref="SinkException">Nobody answers, or somebody took the partition over at the same time; it was not set, or perhaps.</exception>
    Task SetAsync(StreamPartition partition, long offset, CancellationToken cancellation);
}
