using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>The outputs of one partition's batch on their way to the brokers, without a transaction.</summary>
internal sealed class KafkaSession(SharedProducer producer) : IPartitionSession
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ProcessedRecord, RefusedRecord> _refused = new(ReferenceEqualityComparer.Instance);
    private TaskCompletionSource? _progress;
    private bool _waitsForAll;
    private Error? _failure;
    private int _unacknowledged;
    private bool _closed;

    public long Checkpoint => 0;

    public long HeldBytes => 0;

    public async ValueTask AppendAsync(ProcessedRecord processed, CancellationToken cancellation)
    {
        foreach (var output in processed.Outputs)
        {
            ThrowIfFailed();
            while (!TryProduce(processed, output))
            {
                await ProgressAsync(untilAll: false, cancellation).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask<IReadOnlyList<RefusedRecord>> SettleAsync(CancellationToken cancellation)
    {
        await ProgressAsync(untilAll: true, cancellation).ConfigureAwait(false);
        RefusedRecord[] refused = [.. _refused.Values];
        _refused.Clear();
        return refused;
    }

    public ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _closed, true))
        {
            producer.Release();
        }

        return default;
    }

    /// <returns>False where the client has no room.</returns>
    private bool TryProduce(ProcessedRecord processed, OutputRecord output)
    {
        var record = output.ToKafka();
        Interlocked.Increment(ref _unacknowledged);
        try
        {
            producer.Client.Produce(output.Topic, record, report => Acknowledge(processed, report.Error));
            return true;
        }
        catch (ProduceException<byte[], byte[]> refusal) when (refusal.Error.Code == ErrorCode.Local_QueueFull)
        {
            Interlocked.Decrement(ref _unacknowledged);
            return false;
        }
        catch (KafkaException refusal)
        {
            Acknowledge(processed, refusal.Error);
            return true;
        }
    }

    private void Acknowledge(ProcessedRecord processed, Error error)
    {
        if (error.IsError)
        {
            lock (_gate)
            {
                Fail(processed, error);
                Interlocked.Decrement(ref _unacknowledged);
                Progress();
            }
        }
        else if (Interlocked.Decrement(ref _unacknowledged) is var left && (left == 0 || IsProgressWanted))
        {
            lock (_gate)
            {
                Progress();
            }
        }
    }

    // Without the lock: who misses this record's report is told of the next one, and of the last in any case.
    private bool IsProgressWanted => !Volatile.Read(ref _waitsForAll) && Volatile.Read(ref _progress) is not null;

    private void Fail(ProcessedRecord processed, Error error)
    {
        if (error.Code == ErrorCode.MsgSizeTooLarge)
        {
            _refused.TryAdd(processed, new RefusedRecord(processed, error.Reason));
        }
        else
        {
            _failure ??= error;
        }
    }

    private void Progress()
    {
        if (Volatile.Read(ref _unacknowledged) == 0 || !_waitsForAll || _failure is not null)
        {
            _progress?.TrySetResult();
            _progress = null;
        }
    }

    private async ValueTask ProgressAsync(bool untilAll, CancellationToken cancellation)
    {
        do
        {
            Task progress;
            lock (_gate)
            {
                ThrowIfFailed();
                _waitsForAll = untilAll;
                if (Volatile.Read(ref _unacknowledged) == 0)
                {
                    if (untilAll)
                    {
                        return;
                    }

                    // The room is taken by other partitions' records; theirs to report, so look again soon.
                    progress = Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellation);
                }
                else
                {
                    progress = (_progress ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }
            }

            await progress.WaitAsync(cancellation).ConfigureAwait(false);
            ThrowIfFailed();
        }
        while (untilAll);
    }

    private void ThrowIfFailed()
    {
        lock (_gate)
        {
            if (_failure is { } failure)
            {
                throw new SinkException($"Kafka did not take an output: {failure.Reason} ({failure.Code}).", new KafkaException(failure));
            }
        }
    }
}
