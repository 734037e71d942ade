using System.Text.Json;
using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Produces the feed's events, no faster than the stages take them in.</summary>
internal sealed class Feeder : IDisposable
{
    /// <summary>How far the embedded broker may be filled: it keeps 5 MiB of a partition and drops the oldest beyond that.</summary>
    public static readonly FeedLimit EmbeddedBrokerBacklog = new(Events: 2_000, Bytes: 2 * 1024 * 1024, EventBytes: 4_608 * 1024);

    /// <summary>A real broker keeps what it is given.</summary>
    public static readonly FeedLimit NoLimit = new(long.MaxValue, long.MaxValue, MaxRecordBytes);

    private const int MaxRecordBytes = 128 * 1024 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly StageCatalog _catalog;
    private readonly DevAccount _account;
    private readonly FeedLimit _limit;
    private Error? _failure;
    private long _unsettledBytes;

    public Feeder(KafkaOptions kafka, StageCatalog catalog, DevAccount account, FeedLimit limit)
    {
        (_catalog, _account, _limit) = (catalog, account, limit);
        _producer = new ProducerBuilder<byte[]?, byte[]>(kafka.CreateProducerConfig(MaxRecordBytes)).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>Produces every event; all are acknowledged when the task is done.</summary>
    public async Task RunAsync(IAsyncEnumerable<FeedEvent> events, CancellationToken cancellation)
    {
        await foreach (var fed in events.WithCancellation(cancellation))
        {
            if (fed.Value.Length > _limit.EventBytes)
            {
                _account.LeaveOut();
                await Console.Error.WriteLineAsync($"Not fed: an event of {fed.Value.Length:N0} bytes for {fed.Stream}; this broker takes {_limit.EventBytes:N0}.");
                continue;
            }

            await WaitForRoomAsync(fed.Value.Length, cancellation);
            await ProduceAsync(fed, cancellation);
        }

        while (_account.Unacknowledged > 0)
        {
            ThrowIfFailed();
            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }

        ThrowIfFailed();
        _account.FeedEnded();
    }

    public void Dispose() => _producer.Dispose();

    // Bytes are forgotten whenever the stages have caught up: what is ahead of them is never more than what was fed since.
    private async Task WaitForRoomAsync(int bytes, CancellationToken cancellation)
    {
        while (true)
        {
            ThrowIfFailed();
            var backlog = _account.Backlog;
            if (backlog == 0)
            {
                _unsettledBytes = 0;
            }

            if (backlog == 0 || (backlog < _limit.Events && _unsettledBytes + bytes <= _limit.Bytes))
            {
                _unsettledBytes += bytes;
                return;
            }

            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    private async Task ProduceAsync(FeedEvent fed, CancellationToken cancellation)
    {
        _catalog.Streams.TryGet(fed.Stream, out var stream);
        var record = new Message<byte[]?, byte[]> { Key = Key(stream!, fed.Value), Value = fed.Value };
        while (true)
        {
            try
            {
                _account.Fed(fed.Stream);
                _producer.Produce(stream!.Topics[0], record, Acknowledge);
                return;
            }
            catch (ProduceException<byte[]?, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                _account.TakeBack(fed.Stream);
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        }
    }

    // Garbage has no key; it is fed all the same, for a stage to refuse.
    private static byte[]? Key(StreamDefinition stream, byte[] value)
    {
        try
        {
            using var document = JsonDocument.Parse(value);
            return stream.Key is { } fields && fields.TryCreate(document.RootElement, out var key, out _) ? key : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Acknowledge(DeliveryReport<byte[]?, byte[]> report)
    {
        if (report.Error.IsError)
        {
            _failure = report.Error;
        }

        _account.Acknowledged();
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new FeedException($"Kafka did not take an event of the feed: {failure.Reason} ({failure.Code}).");
        }
    }
}
