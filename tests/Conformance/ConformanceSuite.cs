using Confluent.Kafka.Admin;

namespace Millrace.Conformance;

/// <summary>What the behaviours of all areas stand on: names of their own, topics and clients that go with the test.</summary>
/// <remarks>It knows nothing but Confluent.Kafka and the address of a cluster, so what it finds is what any client would.</remarks>
public abstract class ConformanceSuite : IDisposable
{
    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];
    private readonly IConformanceCluster _cluster;
    private readonly Stack<IDisposable> _clients = new();
    private IAdminClient? _admin;

    protected ConformanceSuite(IConformanceCluster cluster, ITestOutputHelper output)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(output);
        (_cluster, Output) = (cluster, output);
        output.WriteLine($"Cluster {cluster.BootstrapServers}; names of this test end with {_suffix}.");
    }

    /// <summary>The longest that a blocking call of a client may take.</summary>
    protected static TimeSpan Patience => Eventually.Patience;

    protected ITestOutputHelper Output { get; }

    protected string BootstrapServers => _cluster.BootstrapServers;

    protected IAdminClient Admin => _admin ??= Keep(new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _cluster.BootstrapServers }).SetLogHandler((_, _) => { }).Build());

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        while (disposing && _clients.TryPop(out var client))
        {
            client.Dispose();
        }
    }

    /// <summary>A name that no other test uses, nor another run of this one.</summary>
    protected string Name(string of) => $"{of}-{_suffix}";

    /// <summary>Creates a topic and waits until clients can use it.</summary>
    protected async Task<string> CreateTopicAsync(string name, int partitions = 1, Dictionary<string, string>? configs = null)
    {
        var topic = Name(name);
        await Admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = -1, Configs = configs }]);
        await Eventually.IsTrueAsync($"'{topic}' has {partitions} partitions", () => Partitions(topic) == partitions);
        return topic;
    }

    /// <summary>How many partitions with a leader a topic has that somebody has asked to create.</summary>
    protected int Partitions(string topic) => Admin.GetMetadata(topic, Patience).Topics.Single().Partitions.Count(partition => partition.Leader >= 0);

    /// <summary>Whether there is such a topic, without asking for it by name, which may create it.</summary>
    protected bool Exists(string topic) => Admin.GetMetadata(Patience).Topics.Exists(found => found.Topic == topic);

    protected IProducer<string?, string?> Producer(Action<ProducerConfig>? configure = null)
    {
        var config = new ProducerConfig { BootstrapServers = _cluster.BootstrapServers, LingerMs = 0, ReconnectBackoffMs = 20, ReconnectBackoffMaxMs = 200, RetryBackoffMs = 50 };
        configure?.Invoke(config);
        return Keep(new ProducerBuilder<string?, string?>(config).SetLogHandler((_, _) => { }).Build());
    }

    /// <summary>A transactional producer that has fenced those before it.</summary>
    protected async Task<IProducer<string?, string?>> TransactionalProducerAsync(string id, Action<ProducerConfig>? configure = null)
    {
        var producer = Producer(config =>
        {
            config.TransactionalId = Name(id);
            configure?.Invoke(config);
        });
        // A coordinator that has just been found may still be loading: that is told as an error to be retried.
        await Task.Run(() => Transactions.Retry(() => producer.InitTransactions(Patience)));
        return producer;
    }

    protected ConsumerConfig ConsumerConfig(string group) => new()
    {
        BootstrapServers = _cluster.BootstrapServers,
        GroupId = Name(group),
        AutoOffsetReset = AutoOffsetReset.Earliest,
        EnableAutoCommit = false,
        SessionTimeoutMs = 6000,
        HeartbeatIntervalMs = 200,
        FetchWaitMaxMs = 100,
        TopicMetadataRefreshIntervalMs = 300,
        ReconnectBackoffMs = 20,
        ReconnectBackoffMaxMs = 200,
        EnablePartitionEof = true,
    };

    protected IConsumer<string?, string?> Consumer(string group, Action<ConsumerConfig>? configure = null)
    {
        var config = ConsumerConfig(group);
        configure?.Invoke(config);
        return Keep(new ConsumerBuilder<string?, string?>(config).SetLogHandler((_, _) => { }).Build());
    }

    /// <summary>Joins a group with a consumer that polls on its own.</summary>
    internal Member Join(string group, string topic, Action<ConsumerConfig>? configure = null)
    {
        var config = ConsumerConfig(group);
        configure?.Invoke(config);
        return Keep(new Member(config, topic));
    }

    /// <summary>Everything in a topic up to its end as it is at the isolation level now, in the order of offsets of each partition.</summary>
    internal List<ConsumeResult<string?, string?>> ReadAll(string topic, IsolationLevel isolation = IsolationLevel.ReadUncommitted)
    {
        var partitions = Partitions(topic);
        using var consumer = Consumer("reader", config => config.IsolationLevel = isolation);
        consumer.Assign(Enumerable.Range(0, partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        return consumer.TakeToEnd(partitions);
    }

    private T Keep<T>(T client)
        where T : IDisposable
    {
        _clients.Push(client);
        return client;
    }
}
