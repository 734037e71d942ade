using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Writes outcomes to Kafka, at least once: a batch is settled when the brokers have acknowledged all of it.</summary>
/// <remarks>One idempotent producer for all stages and partitions of the process. It is made anew after an error that it cannot survive.</remarks>
public sealed partial class KafkaSink : ISink, IDisposable
{
    private readonly ProducerConfig _config;
    private readonly ILogger<KafkaSink> _log;
    private readonly Lock _gate = new();
    private IProducer<byte[], byte[]> _producer;
    private volatile bool _broken;

    /// <summary>Makes the producer; it connects when it is first used.</summary>
    /// <exception cref="CatalogException">The client library refuses a setting.</exception>
    public KafkaSink(KafkaOptions options, int maxMessageBytes, ILogger<KafkaSink> log)
    {
        (_config, _log) = (options.CreateProducerConfig(maxMessageBytes), log);
        try
        {
            _producer = Build();
        }
        catch (InvalidOperationException cause)
        {
            throw new CatalogException($"The Kafka client refuses its settings (Kafka:Client, Kafka:Producer): {cause.Message}", cause);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation) =>
        new(new KafkaSession(Producer()));

    /// <summary>Closes the producer. What is not acknowledged by then was not settled either.</summary>
    public void Dispose() => _producer.Dispose();

    private IProducer<byte[], byte[]> Producer()
    {
        lock (_gate)
        {
            if (_broken)
            {
                _producer.Dispose();
                _producer = Build();
                _broken = false;
            }

            return _producer;
        }
    }

    private IProducer<byte[], byte[]> Build() => new ProducerBuilder<byte[], byte[]>(_config)
        .SetErrorHandler((_, error) =>
        {
            LogClientError(_log, error.Code, error.Reason, error.IsFatal);
            _broken |= error.IsFatal;
        })
        .SetLogHandler((_, line) => LogClient(_log, line.Level, line.Message))
        .Build();
}
