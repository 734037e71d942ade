using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local.Tests;

/// <summary>The checkpoints of PageChange, of which some are set, and then the process is as good as killed.</summary>
internal sealed class InterruptedCheckpoints(KafkaOptions kafka, int allowed) : ICheckpoints
{
    private readonly GroupCheckpoints _checkpoints = new(kafka, "PageChange", TimeProvider.System, NullLogger<GroupCheckpoints>.Instance);
    private readonly TaskCompletionSource _set = new();
    private readonly bool _setsNone = allowed == 0;
    private int _left = allowed;
    private int _unset = allowed;

    public Task<IReadOnlyDictionary<StreamPartition, long>> ReadAsync(IReadOnlyCollection<StreamPartition> partitions, CancellationToken cancellation) =>
        _checkpoints.ReadAsync(partitions, cancellation);

    public async Task SetAsync(StreamPartition partition, long offset, CancellationToken cancellation)
    {
        if (Interlocked.Decrement(ref _left) < 0)
        {
            await (_setsNone ? Task.CompletedTask : _set.Task);
            throw new SinkException("The process was killed.");
        }

        await _checkpoints.SetAsync(partition, offset, CancellationToken.None);
        if (Interlocked.Decrement(ref _unset) == 0)
        {
            _set.SetResult();
        }
    }

    public ValueTask DisposeAsync() => _checkpoints.DisposeAsync();
}
