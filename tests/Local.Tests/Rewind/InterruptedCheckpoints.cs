using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local.Tests;

/// <summary>The checkpoints of PageChange, of which some are set, and then the process is as good as killed.</summary>
internal sealed class InterruptedCheckpoints(KafkaOptions kafka, int allowed) : ICheckpoints
{
    private readonly GroupCheckpoints _checkpoints = new(kafka, "PageChange", TimeProvider.System, NullLogger<GroupCheckpoints>.Instance);
    private int _left = allowed;

    public Task<IReadOnlyDictionary<StreamPartition, long>> ReadAsync(IReadOnlyCollection<StreamPartition> partitions, CancellationToken cancellation) =>
        _checkpoints.ReadAsync(partitions, cancellation);

    public Task SetAsync(StreamPartition partition, long offset, CancellationToken cancellation) =>
        Interlocked.Decrement(ref _left) >= 0 ? _checkpoints.SetAsync(partition, offset, cancellation) : throw new SinkException("The process was killed.");

    public ValueTask DisposeAsync() => _checkpoints.DisposeAsync();
}
