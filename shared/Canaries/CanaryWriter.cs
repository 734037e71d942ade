using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Kafka;
using Millrace.Schemas;

namespace Millrace.Canaries;

/// <summary>Produces one canary to every stream that has them, to the topic of its own datacenter only.</summary>
/// <remarks>
/// Each is the first example of the stream's newest schema, with <c>meta.domain</c> <c>canary</c>, an id of its own, and the time;
/// keyed as the stream is. Every consumer drops them: they show that all between a producer and a consumer works while a stream is quiet.
/// </remarks>
public sealed partial class CanaryWriter : IDisposable
{
    private static readonly ActivitySource Source = new("Millrace.Canaries");

    private readonly Lazy<IProducer<byte[]?, byte[]>> _producer;
    private readonly CanaryEvent[] _canaries;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <summary>Makes a canary of every stream that has them, to see that it can be.</summary>
    /// <param name="streams">The streams.</param>
    /// <param name="datacenter">The datacenter that this process writes as; null where streams have one topic each.</param>
    /// <param name="schemas">Where schemas are.</param>
    /// <param name="kafka">How to reach Kafka; connections are made with the first canary.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where to log.</param>
    /// <exception cref="CatalogException">A stream has no schema or no valid example, or no topic of the datacenter; the message names it.</exception>
    public CanaryWriter(IEnumerable<StreamDefinition> streams, string? datacenter, SchemaRepository schemas, KafkaOptions kafka, TimeProvider time, ILogger<CanaryWriter> log)
    {
        (_time, _log) = (time, log);
        _canaries = [.. streams.Where(stream => stream.HasCanaries).Select(stream => CanaryEvent.Of(stream, datacenter, schemas, time.GetUtcNow()))];
        _producer = new(() => Open(kafka));
    }

    /// <summary>Produces the canaries; ends when brokers have acknowledged them.</summary>
    /// <exception cref="InvalidOperationException">Some could not be delivered; the log says why, the others were.</exception>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        var delivered = await Task.WhenAll(_canaries.Select(canary => TryWriteAsync(canary, cancellation))).ConfigureAwait(false);
        var missing = _canaries.Zip(delivered).Where(canary => !canary.Second).Select(canary => canary.First.Stream).ToList();
        if (missing.Count > 0)
        {
            throw new InvalidOperationException($"Canaries could not be delivered to {string.Join(", ", missing)}.");
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        if (_producer.IsValueCreated)
        {
            _producer.Value.Dispose();
        }
    }

    private async Task<bool> TryWriteAsync(CanaryEvent canary, CancellationToken cancellation)
    {
        var record = canary.Make(_time.GetUtcNow());
        using var span = Source.StartActivity("send canary", ActivityKind.Producer);
        span?.SetTag("messaging.system", "kafka");
        span?.SetTag("messaging.operation.type", "send");
        span?.SetTag("messaging.operation.name", "send");
        span?.SetTag("messaging.destination.name", record.Topic);
        try
        {
            await _producer.Value.ProduceAsync(
                record.Topic,
                new Message<byte[]?, byte[]> { Key = record.Key, Value = record.Value, Timestamp = new Timestamp(record.Timestamp), Headers = HeadersOf(span) },
                cancellation).ConfigureAwait(false);
            return true;
        }
        catch (KafkaException refused)
        {
            span?.SetStatus(ActivityStatusCode.Error, refused.Error.Reason);
            LogNotDelivered(_log, canary.Stream, canary.Topic, refused.Error.Reason);
            return false;
        }
    }

    // Stages go on from there, and their error events too.
    private static Headers? HeadersOf(Activity? span) =>
        span is { Recorded: true, Id: { } id } ? new Headers { new Header("traceparent", Encoding.ASCII.GetBytes(id)) } : null;

    private static IProducer<byte[]?, byte[]> Open(KafkaOptions kafka)
    {
        var config = kafka.CreateProducerConfig();

        // A canary twice does no harm; a producer that has to be opened anew after some errors would.
        config.EnableIdempotence = false;
        return new ProducerBuilder<byte[]?, byte[]>(config).SetLogHandler((_, _) => { }).Build();
    }
}
