using Confluent.Kafka;

namespace Millrace.Resilience;

/// <summary>The clients of those who look on. Faults that are ordered for the worker by its client ids do not concern them.</summary>
internal static class Clients
{
    private const string Id = "bystander";

    /// <summary>A producer that loses and repeats nothing, over any restart of the broker.</summary>
    public static IProducer<byte[], byte[]> Producer(string brokers) => new ProducerBuilder<byte[], byte[]>(With(new ProducerConfig
    {
        Acks = Acks.All,
        EnableIdempotence = true,
        LingerMs = 5,
        MessageTimeoutMs = 600_000,
    }, brokers)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    /// <summary>A consumer of what is committed, assigned by hand.</summary>
    public static IConsumer<byte[], byte[]> Consumer(string brokers, string group = Id, IsolationLevel isolation = IsolationLevel.ReadCommitted) =>
        new ConsumerBuilder<byte[], byte[]>(With(new ConsumerConfig
        {
            GroupId = group,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = isolation,
            EnablePartitionEof = true,
            FetchWaitMaxMs = 50,
        }, brokers)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private static T With<T>(T config, string brokers)
        where T : ClientConfig
    {
        config.BootstrapServers = brokers;
        config.ClientId = Id;
        config.ReconnectBackoffMaxMs = 500;
        config.Set("metadata.recovery.strategy", "none");
        return config;
    }
}
