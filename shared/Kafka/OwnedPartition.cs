using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>What this process has of one partition of a stage: at most one producer, and one session at a time.</summary>
internal sealed class OwnedPartition(StageDefinition stage, StreamPartition partition) : IDisposable
{
    public StageDefinition Stage { get; } = stage;

    public StreamPartition Partition { get; } = partition;

    /// <summary>Held for the length of a session: two batches of one partition wait for each other.</summary>
    public SemaphoreSlim Lease { get; } = new(1);

    /// <summary>Null until it is first used, and after it was closed. Only who holds the lease changes it.</summary>
    public FencedProducer? Producer { get; set; }

    /// <summary>When the last session ended, as the clock's timestamp.</summary>
    public long LastUsed { get; set; }

    public void Dispose() => Lease.Dispose();
}
