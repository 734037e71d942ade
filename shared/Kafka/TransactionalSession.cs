using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>The outcomes of one partition's batch, held in memory until they are written in one transaction with the checkpoint behind them.</summary>
/// <remarks>
/// Held, so that a transaction is as short as its writing, however long its events took: what the broker aborts, or what
/// another owner of the partition interrupts, is written again without being processed again. After an error that a producer
/// cannot survive, or whose outcome nobody knows, the next try opens a new one, and leaves out what its checkpoint covers.
/// </remarks>
internal sealed class TransactionalSession : IPartitionSession
{
    private readonly ExactlyOnceSink _sink;
    private readonly OwnedPartition _partition;
    private readonly List<ProcessedRecord> _held = [];
    private long _next;
    private bool _closed;

    public TransactionalSession(ExactlyOnceSink sink, OwnedPartition partition, long checkpoint) =>
        (_sink, _partition, Checkpoint) = (sink, partition, checkpoint);

    public long Checkpoint { get; }

    public long HeldBytes { get; private set; }

    public ValueTask AppendAsync(ProcessedRecord processed, CancellationToken cancellation)
    {
        _next = Math.Max(_next, processed.Input.Position.Offset + 1);
        if (processed.Outputs.Count > 0)
        {
            _held.Add(processed);
            HeldBytes += Bytes(processed);
        }

        return default;
    }

    public async ValueTask<IReadOnlyList<RefusedRecord>> SettleAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var producer = await _sink.ProducerOfAsync(_partition, cancellation).ConfigureAwait(false);
        Release(processed => processed.Input.Position.Offset < producer.Checkpoint);
        if (_next <= producer.Checkpoint)
        {
            return [];
        }

        try
        {
            var refused = await Blocking.RunAsync(() => producer.Write(_held, _next, cancellation)).ConfigureAwait(false);
            if (refused.Count == 0)
            {
                Release(_ => true);
                return [];
            }

            var records = refused.Select(record => record.Processed).ToHashSet<ProcessedRecord>(ReferenceEqualityComparer.Instance);
            Release(records.Contains);
            return [.. refused];
        }
        catch (KafkaException failure)
        {
            throw new SinkException($"Kafka did not take the outcomes of {_partition.Partition}: {failure.Error.Reason} ({failure.Error.Code}).", failure) { CanRetry = true };
        }
    }

    public ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _closed, true))
        {
            _sink.Return(_partition);
        }

        return default;
    }

    private void Release(Predicate<ProcessedRecord> which)
    {
        _held.RemoveAll(which);
        HeldBytes = _held.Sum(Bytes);
    }

    private static long Bytes(ProcessedRecord processed) => processed.Outputs.Sum(output => (long)output.Value.Length);
}
