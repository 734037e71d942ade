using Millrace.Core;

namespace Millrace.Local;

/// <summary>Runs a stage over some records of one partition, as its trigger would.</summary>
internal sealed class PartitionBackfill
{
    private readonly StageRunner _runner;
    private readonly IBackfillSource _source;
    private long _next;

    /// <param name="planned">The records.</param>
    /// <param name="runner">The stage.</param>
    /// <param name="source">Where the records are.</param>
    /// <param name="settled">What is settled already, by an earlier run.</param>
    public PartitionBackfill(PlannedPartition planned, StageRunner runner, IBackfillSource source, long settled)
    {
        (Planned, _runner, _source) = (planned, runner, source);
        _next = Math.Clamp(settled, planned.From, planned.To);
        Start = _next;
    }

    /// <summary>The partition, and what of it is to be done.</summary>
    public PlannedPartition Planned { get; }

    /// <summary>Where this run began.</summary>
    public long Start { get; }

    /// <summary>The first offset that is not settled yet.</summary>
    public long Next => Interlocked.Read(ref _next);

    /// <summary>Works until all is settled.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted; what had left in order is settled.</exception>
    /// <exception cref="Confluent.Kafka.KafkaException">The partition cannot be read.</exception>
    /// <exception cref="IOException">The lake cannot be read.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (Next >= Planned.To)
        {
            return;
        }

        await using var reader = _source.Open(Planned, Next);
        while (Next < Planned.To)
        {
            var (batch, next) = await reader.ReadAsync(cancellation);
            if (batch.Count > 0)
            {
                await SettleAsync(batch, cancellation);
            }

            Interlocked.Exchange(ref _next, next);
            await reader.CommitAsync(next);
        }
    }

    // As the host does: until it is settled. The runner waits between two tries.
    private async Task SettleAsync(IReadOnlyList<EventRecord> batch, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await _runner.RunAsync(batch, cancellation);
                return;
            }
            catch (SinkException) when (!cancellation.IsCancellationRequested)
            {
                // The runner has logged it.
            }
        }
    }
}
