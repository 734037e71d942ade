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
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    // By then the broker has given up the transaction, after its 60 s: there is nothing left to wait for.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(90);

    private readonly ExactlyOnceSink _sink;
    private readonly OwnedPartition _partition;
    private readonly List<ProcessedRecord> _held = [];
    private readonly CancellationTokenSource _abandon = new();
    private Task<IReadOnlyCollection<RefusedRecord>>? _writing;
    private FencedProducer? _writer;
    private long _begun;
    private long _next;
    private long _reached;
    private bool _closed;

    public TransactionalSession(ExactlyOnceSink sink, OwnedPartition partition, long checkpoint) =>
        (_sink, _partition, Checkpoint, _reached) = (sink, partition, checkpoint, checkpoint);

    public long Checkpoint { get; }

    public bool KnowsCheckpoint => true;

    public long HeldBytes { get; private set; }

    public ValueTask AppendAsync(ProcessedRecord processed, CancellationToken cancellation)
    {
        _next = Math.Max(_next, processed.Input.Position.Offset + 1);
        if (processed.Outputs.Count > 0)
        {
            _held.Add(processed);
            HeldBytes += processed.OutputBytes;
        }

        return default;
    }

    public async ValueTask<IReadOnlyList<RefusedRecord>> SettleAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_writing is null && !await BeginAsync(cancellation).ConfigureAwait(false))
        {
            return [];
        }

        try
        {
            // The library may block for as long as a coordinator is away. Then the write goes on, and the next call waits for it.
            var refused = await _writing!.WaitAsync(AnswerTime, _sink.Time, cancellation).ConfigureAwait(false);
            _writing = null;
            var records = refused.Select(record => record.Processed).ToHashSet<ProcessedRecord>(ReferenceEqualityComparer.Instance);
            Release(refused.Count == 0 ? _ => true : records.Contains);
            return [.. refused];
        }
        catch (TimeoutException)
        {
            if (_sink.Time.GetElapsedTime(_begun) >= LongestWrite)
            {
                _writer!.Abandon();
                _writing = null;
            }

            throw new SinkException($"Kafka has not answered for {AnswerTime} while the outcomes of {_partition.Partition} are written.") { CanRetry = true };
        }
        catch (KafkaException failure)
        {
            _writing = null;
            var missing = failure.Error.Code == ErrorCode.UnknownTopicOrPart ? " A topic is not there, or not any more: they wait until it is." : "";
            throw new SinkException($"Kafka did not take the outcomes of {_partition.Partition}: {failure.Error.Reason} ({failure.Error.Code}).{missing}", failure) { CanRetry = true };
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, true))
        {
            return;
        }

        if (_writing is { IsCompleted: false })
        {
            // Nobody waits for it any more: who comes next opens a producer that fences this one, and sees what came of it.
            _writer!.Abandon();
        }

        await _abandon.CancelAsync().ConfigureAwait(false);
        _sink.Return(_partition);
    }

    /// <returns>False where there is nothing to write.</returns>
    private async ValueTask<bool> BeginAsync(CancellationToken cancellation)
    {
        var producer = await _sink.ProducerOfAsync(_partition, cancellation).ConfigureAwait(false);
        if (producer.Checkpoint < _reached)
        {
            // What is held would be written, and the checkpoint set behind it, as if all before it had been done again.
            throw new SinkException($"Stage {_partition.Stage.Name}: the checkpoint of {_partition.Partition} was set back from {_reached} to {producer.Checkpoint} meanwhile; nothing was written.");
        }

        Release(processed => processed.Input.Position.Offset < producer.Checkpoint);
        if (_next <= producer.Checkpoint)
        {
            return false;
        }

        (_writer, _begun, _reached) = (producer, _sink.Time.GetTimestamp(), producer.Checkpoint);
        _writing = producer.WriteAsync([.. _held], _next, _abandon.Token);
        return true;
    }

    private void Release(Predicate<ProcessedRecord> which)
    {
        _held.RemoveAll(which);
        HeldBytes = _held.Sum(processed => processed.OutputBytes);
    }
}
