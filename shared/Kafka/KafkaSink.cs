using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Writes outcomes to Kafka, at least once: a batch is settled when the brokers have acknowledged all of it.</summary>
/// <remarks>
/// One idempotent producer for all stages and partitions of the process. It is made anew after an error that it cannot survive.
/// A topic that takes less (<c>max.message.bytes</c>) than the client's batches of up to 1,000,000 bytes refuses whole
/// batches, small records with large ones: where topics are so strict, set <c>Kafka:Producer:batch.size</c> below their limit.
/// </remarks>
public sealed partial class KafkaSink : ISink, IDisposable
{
    private readonly ProducerConfig _config;
    private readonly ILogger<KafkaSink> _log;
    private readonly Lock _gate = new();
    private SharedProducer _producer;

    /// <summary>Makes the producer; it connects when it is first used.</summary>
    /// <exception cref="CatalogException">The client library refuses a setting.</exception>
    public KafkaSink(KafkaOptions options, int maxMessageBytes, ILogger<KafkaSink> log)
    {
        (_config, _log) = (options.CreateProducerConfig(maxMessageBytes), log);
        try
        {
            _producer = Open();
        }
        catch (Exception cause) when (cause is InvalidOperationException or ArgumentException)
        {
            // The library may know a setting by another name than the one it was given, and values may be secrets.
            var names = options.Client.Keys.Select(name => $"Kafka:Client:{name}").Concat(options.Producer.Keys.Select(name => $"Kafka:Producer:{name}"));
            throw new CatalogException(
                $"The Kafka client refuses its settings: {cause.Message.Trim()}. Set are {string.Join(", ", names.DefaultIfEmpty("none"))}; the largest record is {maxMessageBytes} bytes.", cause);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation) =>
        new(new KafkaSession(Producer()));

    /// <summary>Closes the producer. What is not acknowledged by then was not settled either.</summary>
    public void Dispose() => _producer.Dispose();

    private SharedProducer Producer()
    {
        lock (_gate)
        {
            if (_producer.IsBroken)
            {
                var fresh = Open();
                _producer.Release();
                _producer = fresh;
            }

            return _producer.Share();
        }
    }

    private SharedProducer Open() => new SharedProducer(Build).Open();

    private IProducer<byte[], byte[]> Build(SharedProducer producer) => new ProducerBuilder<byte[], byte[]>(_config)
        .SetErrorHandler((_, error) =>
        {
            LogClientError(_log, error.Code, error.Reason, error.IsFatal);
            if (error.IsFatal)
            {
                producer.Break();
            }
        })
        .SetLogHandler((_, line) => LogClient(_log, line.Level, line.Message))
        .Build();
}
