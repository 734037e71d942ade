using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Intake;

/// <summary>The events of one request on their way to the brokers, and what became of each.</summary>
/// <remarks>
/// The bytes of its records stay taken from the budget until the brokers, or the client library, have spoken of the last of them: that
/// may be after the request was answered.
/// </remarks>
internal sealed class Submission(int count, MemoryBudget budget) : IDeliveryObserver
{
    // What a record takes beside its bytes, in this process and in the client library.
    private const int Overhead = 512;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly EventFate[] _fates = new EventFate[count];
    private readonly OutputRecord?[] _records = new OutputRecord?[count];
    private int _waiting;
    private long _bytes;

    /// <summary>Completes when something is known of every record.</summary>
    public Task Settled => _settled.Task;

    /// <summary>Adds an event that is to be stored.</summary>
    /// <exception cref="RequestRefusal">There is no memory left for it.</exception>
    public void Add(int index, OutputRecord record)
    {
        long bytes = Overhead + record.Value.Length + (record.Key?.Length ?? 0);
        budget.Take(bytes);
        _bytes += bytes;
        _records[index] = record;
        _waiting++;
    }

    /// <summary>Adds an event that is not taken.</summary>
    public void Add(int index, EventRefusal refusal) => _fates[index] = new EventFate { Refusal = refusal };

    /// <summary>Sends what was added.</summary>
    public void Send(RecordProducer producer)
    {
        if (_waiting == 0)
        {
            _settled.TrySetResult();
        }

        for (var index = 0; index < _records.Length; index++)
        {
            if (_records[index] is { } record)
            {
                // The client library has a copy of its own.
                _records[index] = null;
                producer.Send(record, index, this);
            }
        }
    }

    /// <summary>Gives up what was added and not sent.</summary>
    public void Cancel() => budget.Give(Interlocked.Exchange(ref _bytes, 0));

    /// <summary>What is known by now.</summary>
    public EventFate[] Fates()
    {
        lock (_gate)
        {
            return [.. _fates];
        }
    }

    /// <inheritdoc/>
    public void Delivered(int index, RecordDelivery delivery, string? reason)
    {
        lock (_gate)
        {
            _fates[index] = new EventFate { Delivery = delivery, Reason = reason };
            if (--_waiting > 0)
            {
                return;
            }
        }

        Cancel();
        _settled.TrySetResult();
    }
}
