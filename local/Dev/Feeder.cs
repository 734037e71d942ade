using System.Text.Json;
using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Produces the feed's events; the broker keeps what the stages have not come to.</summary>
internal sealed class Feeder : IAsyncDisposable
{
    /// <summary>The largest record that is produced, in bytes.</summary>
    public const int MaxRecordBytes = 96 * 1024 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly StageCatalog _catalog;
    private readonly DevAccount _account;
    private readonly CancellationTokenSource _end = new();
    private Task _running = Task.CompletedTask;
    private Error? _failure;

    public Feeder(KafkaOptions kafka, StageCatalog catalog, DevAccount account)
    {
        (_catalog, _account) = (catalog, account);
        _producer = new ProducerBuilder<byte[]?, byte[]>(kafka.CreateProducerConfig(MaxRecordBytes)).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>Produces every event; all are acknowledged when the task is done.</summary>
    public Task RunAsync(IAsyncEnumerable<FeedEvent> events, CancellationToken cancellation) => _running = FeedAsync(events, cancellation);

    /// <summary>Feeds no more, and closes the connection once nothing is in it: the client does not survive a call on a closed one.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _producer.Dispose();
        _end.Dispose();
    }

    private async Task FeedAsync(IAsyncEnumerable<FeedEvent> events, CancellationToken caller)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(caller, _end.Token);
        var cancellation = either.Token;
        await foreach (var fed in events.WithCancellation(cancellation))
        {
            if (fed.Value.Length > MaxRecordBytes)
            {
                _account.LeaveOut();
                await Console.Error.WriteLineAsync($"Not fed: an event of {fed.Value.Length:N0} bytes for {fed.Stream}; the largest that can be is {MaxRecordBytes:N0}.");
                continue;
            }

            ThrowIfFailed();
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
