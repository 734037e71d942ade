using System.Text.Json;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Takes the feed's events in, each key in one datacenter, as intakes in several would.</summary>
internal sealed class DatacenterFeed : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly StageCatalog _catalog;
    private readonly List<(string Name, IProducer<byte[]?, byte[]> Producer)> _intakes;
    private long _fed;

    public DatacenterFeed(StageCatalog catalog, IEnumerable<DevSite> sites)
    {
        _catalog = catalog;
        _intakes = [.. sites.Select(site => (site.Definition.Name, new ProducerBuilder<byte[]?, byte[]>(site.Kafka.CreateProducerConfig(Feeder.MaxRecordBytes)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build()))];
    }

    /// <summary>How many were taken in.</summary>
    public long Fed => Interlocked.Read(ref _fed);

    /// <summary>Takes them in until there are no more.</summary>
    public async Task RunAsync(IAsyncEnumerable<FeedEvent> events, CancellationToken cancellation)
    {
        await foreach (var fed in events.WithCancellation(cancellation))
        {
            _catalog.Streams.TryGet(fed.Stream, out var stream);
            using var document = JsonDocument.Parse(fed.Value);
            var key = stream!.Key is { } fields && fields.TryCreate(document.RootElement, out var found, out _) ? found : null;
            var (name, producer) = _intakes[(int)((key?.Sum(value => (long)value) ?? Fed) % _intakes.Count)];
            while (!TryProduce(producer, stream.TopicToWrite(name), new Message<byte[]?, byte[]> { Key = key, Value = fed.Value }))
            {
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        }
    }

    public void Dispose() => _intakes.ForEach(intake => intake.Producer.Dispose());

    private bool TryProduce(IProducer<byte[]?, byte[]> producer, string topic, Message<byte[]?, byte[]> record)
    {
        try
        {
            producer.Produce(topic, record, report => Interlocked.Add(ref _fed, report.Error.IsError ? 0 : 1));
            return true;
        }
        catch (ProduceException<byte[]?, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
    }
}
