using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Sends single records, and tells of each what became of it. Safe for concurrent use.</summary>
/// <remarks>
/// One idempotent producer for all, opened with the first record and made anew after an error that it cannot survive. Nothing is
/// sent again by anyone but the client itself, and that only until the time to acknowledge is over. How much may wait is for the caller to bound.
/// </remarks>
public sealed class RecordProducer : IDisposable
{
    private static readonly TimeSpan ClosingPatience = TimeSpan.FromSeconds(5);

    private readonly RenewedProducer _producer;
    private readonly TimeProvider _time;
    private volatile FailureNote? _failure;

    /// <summary>Takes the settings; the connection is made when it is first used.</summary>
    /// <param name="options">How to reach Kafka.</param>
    /// <param name="maxMessageBytes">The largest record, in bytes.</param>
    /// <param name="acknowledgeWithin">How long the brokers have to acknowledge a record; over it, what became of the record is told as it is known then.</param>
    /// <param name="log">Where to log; nothing of a record is logged.</param>
    /// <param name="time">The clock.</param>
    public RecordProducer(KafkaOptions options, int maxMessageBytes, TimeSpan acknowledgeWithin, ILogger<RecordProducer> log, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _time = time;
        var config = options.CreateProducerConfig(maxMessageBytes);
        config.MessageTimeoutMs = (int)acknowledgeWithin.TotalMilliseconds;

        // The caller bounds what waits, by bytes: the client's own bounds must not come first.
        config.QueueBufferingMaxKbytes = int.MaxValue;
        config.QueueBufferingMaxMessages = 10_000_000;

        // A topic that there is not is told as such, and not as brokers that are late.
        config.TopicMetadataPropagationMaxMs = Math.Min(30_000, (int)(acknowledgeWithin.TotalMilliseconds / 2));
        _producer = new RenewedProducer(config, log);
    }

    /// <summary>The last failure to store a record after which none was stored, while it is that recent; null where there is none.</summary>
    /// <param name="within">How recent.</param>
    public string? FailureWithin(TimeSpan within) =>
        _failure is { } failure && _time.GetElapsedTime(failure.At) < within ? failure.Reason : null;

    /// <summary>Sends a record. The observer is told once, perhaps before this returns.</summary>
    /// <param name="record">The record.</param>
    /// <param name="index">The number to tell the observer.</param>
    /// <param name="observer">Who is told.</param>
    public void Send(OutputRecord record, int index, IDeliveryObserver observer)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(observer);
        SharedProducer? producer = null;
        try
        {
            producer = _producer.Share();
            var user = producer;
            producer.Client.Produce(record.Topic, record.ToKafka(), report =>
            {
                var delivery = DeliveryOf(report.Error, report.Status);
                Note(delivery, report.Error);
                observer.Delivered(index, delivery, report.Error.IsError ? report.Error.Reason : null);
                Release(user);
            });
        }
        catch (KafkaException failure)
        {
            producer?.Release();
            var delivery = DeliveryOf(failure.Error, PersistenceStatus.NotPersisted);
            Note(delivery, failure.Error);
            observer.Delivered(index, delivery, failure.Error.Reason);
        }
    }

    /// <summary>Waits a moment for what is on its way, then closes the producer.</summary>
    public void Dispose() => _producer.Close(ClosingPatience);

    // The last user of a broken producer closes it, and the producer's own thread cannot wait for itself.
    private static void Release(SharedProducer producer)
    {
        if (producer.IsBroken)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static broken => broken.Release(), producer, preferLocal: false);
        }
        else
        {
            producer.Release();
        }
    }

    private void Note(RecordDelivery delivery, Error error)
    {
        if (delivery == RecordDelivery.Stored)
        {
            if (_failure is not null)
            {
                _failure = null;
            }
        }
        else if (delivery is RecordDelivery.NotStored or RecordDelivery.Unknown)
        {
            _failure = new FailureNote(error.Reason, _time.GetTimestamp());
        }
    }

    private static RecordDelivery DeliveryOf(Error error, PersistenceStatus status) =>
        !error.IsError ? RecordDelivery.Stored
        : Refusals.IsRefusal(error.Code) || IsAboutTopic(error.Code) ? RecordDelivery.Refused
        : status == PersistenceStatus.NotPersisted ? RecordDelivery.NotStored
        : RecordDelivery.Unknown;

    // One topic that is wrong says nothing of the others.
    private static bool IsAboutTopic(ErrorCode code) =>
        code is ErrorCode.Local_UnknownTopic or ErrorCode.UnknownTopicOrPart or ErrorCode.TopicAuthorizationFailed or ErrorCode.TopicException;

    private sealed record FailureNote(string Reason, long At);
}
