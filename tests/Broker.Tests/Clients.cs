using Confluent.Kafka;

namespace Millrace.Broker.Tests;

/// <summary>Clients of an embedded broker with the settings that tests want.</summary>
internal static class Clients
{
    /// <summary>The longest that any test waits for something that must happen; no test asserts on it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static IProducer<byte[]?, byte[]?> Producer(this EmbeddedBroker broker, bool idempotent = false) => new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
    {
        BootstrapServers = broker.BootstrapServers,
        MessageMaxBytes = 64 * 1024 * 1024,
        LingerMs = 0,
        EnableIdempotence = idempotent,
        ReconnectBackoffMs = 10,
        ReconnectBackoffMaxMs = 50,
        RetryBackoffMs = 10,
    }).SetLogHandler((_, _) => { }).Build();

    public static IConsumer<byte[]?, byte[]?> Consumer(this EmbeddedBroker broker, string group) => new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
    {
        BootstrapServers = broker.BootstrapServers,
        GroupId = group,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        EnableAutoCommit = false,
        FetchMaxBytes = 128 * 1024 * 1024,
        ReceiveMessageMaxBytes = 256 * 1024 * 1024,
        MaxPartitionFetchBytes = 64 * 1024 * 1024,
        ReconnectBackoffMs = 10,
        ReconnectBackoffMaxMs = 50,
        TopicMetadataRefreshIntervalMs = 200,
    }).SetLogHandler((_, _) => { }).Build();

    public static List<ConsumeResult<byte[]?, byte[]?>> Take(this IConsumer<byte[]?, byte[]?> consumer, int count)
    {
        var taken = new List<ConsumeResult<byte[]?, byte[]?>>(count);
        using var patience = new CancellationTokenSource(Patience);
        while (taken.Count < count)
        {
            taken.Add(consumer.Consume(patience.Token));
        }

        return taken;
    }
}
