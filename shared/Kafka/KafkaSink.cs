using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Writes outcomes to Kafka: exactly once, in transactions, or at least once, as each stage's <see cref="StageOptions.Delivery"/> says.</summary>
/// <remarks>
/// <para>Exactly once: each partition of a stage has a producer of its own, <c>transactional.id</c> = <c>STAGE.TOPIC.PARTITION</c>.
/// Outputs, error events and the offset behind their inputs are one transaction; the offset is that of the group
/// <c>STAGE.checkpoint</c>, and not of the trigger's own, which is only a hint. A process that takes a partition over fences
/// the one before, and begins where that had settled. Readers see each outcome once if they read what is committed
/// (<c>isolation.level=read_committed</c>).</para>
/// <para>At least once: one idempotent producer for all; a batch is settled when the brokers have acknowledged all of it.
/// A topic that takes less (<c>max.message.bytes</c>) than the client's batches of up to 1,000,000 bytes refuses whole
/// batches, small records with large ones: where topics are so strict, set <c>Kafka:Producer:batch.size</c> below their limit.</para>
/// </remarks>
public sealed class KafkaSink : ISink, IAsyncDisposable
{
    private readonly ExactlyOnceSink _exactlyOnce;
    private readonly AtLeastOnceSink _atLeastOnce;

    /// <summary>Checks the settings; connections are made when they are first used.</summary>
    /// <param name="options">How to reach Kafka.</param>
    /// <param name="maxMessageBytes">The largest record to be produced, in bytes.</param>
    /// <param name="log">Where to log.</param>
    /// <param name="time">The clock; null is the system's.</param>
    /// <exception cref="CatalogException">The client library refuses a setting.</exception>
    public KafkaSink(KafkaOptions options, int maxMessageBytes, ILogger<KafkaSink> log, TimeProvider? time = null)
    {
        Check(options, maxMessageBytes);
        _exactlyOnce = new ExactlyOnceSink(options, maxMessageBytes, time ?? TimeProvider.System, log);
        _atLeastOnce = new AtLeastOnceSink(options.CreateProducerConfig(maxMessageBytes), log);
    }

    /// <summary>How many partitions have a transactional producer at present.</summary>
    public int Sessions => _exactlyOnce.Count;

    /// <inheritdoc/>
    public ValueTask<IPartitionSession> OpenAsync(StageDefinition stage, StreamPartition partition, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return stage.Options.Delivery == Delivery.ExactlyOnce
            ? _exactlyOnce.OpenAsync(stage, partition, cancellation)
            : _atLeastOnce.OpenAsync(stage, partition, cancellation);
    }

    /// <summary>Closes all producers. What is not settled by then is for the next owner.</summary>
    public async ValueTask DisposeAsync()
    {
        await _exactlyOnce.DisposeAsync().ConfigureAwait(false);
        _atLeastOnce.Dispose();
    }

    private static void Check(KafkaOptions options, int maxMessageBytes)
    {
        try
        {
            foreach (var config in (ProducerConfig[])[options.CreateProducerConfig(maxMessageBytes), options.CreateTransactionalConfig("settings", maxMessageBytes)])
            {
                config.CancellationDelayMaxMs = 1;
                new ProducerBuilder<byte[], byte[]>(config).SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build().Dispose();
            }
        }
        catch (Exception cause) when (cause is InvalidOperationException or ArgumentException)
        {
            // The library may know a setting by another name than the one it was given, and values may be secrets.
            var names = options.Client.Keys.Select(name => $"Kafka:Client:{name}").Concat(options.Producer.Keys.Select(name => $"Kafka:Producer:{name}"));
            throw new CatalogException(
                $"The Kafka client refuses its settings: {cause.Message.Trim()}. Set are {string.Join(", ", names.DefaultIfEmpty("none"))}; the largest record is {maxMessageBytes} bytes.", cause);
        }
    }
}
