using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>A Kafka cluster as it answers questions; nothing is written to it.</summary>
internal sealed class Cluster : IDisposable
{
    // Of the last offsets of a partition, so many may be markers of transactions before the search for a record is given up.
    private const int Markers = 64;

    private readonly TimeSpan _patience;
    private readonly IAdminClient _admin;
    private readonly ConcurrentQueue<Error> _errors = new();
    private readonly KafkaOptions _kafka;
    private readonly Lazy<IConsumer<byte[], byte[]>> _committed;
    private readonly Lazy<IConsumer<byte[], byte[]>> _uncommitted;
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _settings = [];
    private readonly Dictionary<string, TopicMetadata> _topics = [];

    private Cluster(KafkaOptions kafka, TimeSpan patience)
    {
        (_kafka, _patience) = (kafka, patience);
        var config = new AdminClientConfig { BootstrapServers = kafka.BootstrapServers };
        foreach (var (name, value) in kafka.Client)
        {
            config.Set(name, value);
        }

        _admin = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => _errors.Enqueue(error)).Build();
        _committed = new(() => Consumer(IsolationLevel.ReadCommitted));
        _uncommitted = new(() => Consumer(IsolationLevel.ReadUncommitted));
    }

    /// <summary>The brokers that there are, as they tell others to reach them.</summary>
    public IReadOnlyList<BrokerMetadata> Brokers { get; private set; } = [];

    /// <summary>Why no broker answers; null where one does.</summary>
    public string? Problem { get; private set; }

    /// <summary>What the client library has said of connections.</summary>
    public IReadOnlyCollection<Error> Errors => _errors;

    /// <summary>Asks the brokers what there is; where none answers, <see cref="Problem"/> says so.</summary>
    public static async Task<Cluster> OpenAsync(KafkaOptions kafka, TimeSpan patience)
    {
        var cluster = new Cluster(kafka, patience);
        try
        {
            var metadata = await Task.Run(() => cluster._admin.GetMetadata(patience));
            cluster.Brokers = metadata.Brokers;
            foreach (var topic in metadata.Topics)
            {
                cluster._topics[topic.Topic] = topic;
            }
        }
        catch (KafkaException silent)
        {
            cluster.Problem = silent.Error.Reason;
        }

        return cluster;
    }

    /// <summary>A topic as the brokers describe it; null where there is none.</summary>
    public TopicMetadata? Topic(string name) => _topics.TryGetValue(name, out var topic) && topic.Error.Code != ErrorCode.UnknownTopicOrPart ? topic : null;

    /// <summary>The partitions of a topic; none where there is no such topic.</summary>
    public IReadOnlyList<TopicPartition> PartitionsOf(string topic) => Topic(topic) is not { } known ? []
        : [.. known.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId)).OrderBy(partition => partition.Partition.Value)];

    /// <summary>The settings of a topic, its own and those that it inherits.</summary>
    public async Task<IReadOnlyDictionary<string, string>> SettingsAsync(string topic)
    {
        if (!_settings.TryGetValue(topic, out var known))
        {
            _settings[topic] = known = await DescribeAsync(ResourceType.Topic, topic);
        }

        return known;
    }

    /// <summary>The settings of one of the brokers, as far as it tells.</summary>
    public Task<IReadOnlyDictionary<string, string>> BrokerSettingsAsync() => DescribeAsync(ResourceType.Broker, Brokers[0].BrokerId.ToString(CultureInfo.InvariantCulture));

    /// <summary>The first offset of a partition, and the one that the next record gets.</summary>
    public WatermarkOffsets Ends(TopicPartition partition) => _uncommitted.Value.QueryWatermarkOffsets(partition, _patience);

    /// <summary>The offset at which those end who read what is committed: that of the first record of the oldest open transaction, where there is one.</summary>
    public long StableEnd(TopicPartition partition) => _committed.Value.QueryWatermarkOffsets(partition, _patience).High.Value;

    /// <summary>What a group has committed; partitions of which it has nothing are left out.</summary>
    public IReadOnlyDictionary<TopicPartition, long> Committed(string group, IReadOnlyList<TopicPartition> partitions)
    {
        using var consumer = Consumer(IsolationLevel.ReadCommitted, group);
        return consumer.Committed(partitions, _patience).Where(entry => entry.Offset != Offset.Unset).ToDictionary(entry => entry.TopicPartition, entry => entry.Offset.Value);
    }

    /// <summary>The time of the first record at or behind an offset; null where there is none.</summary>
    public DateTimeOffset? TimeFrom(TopicPartition partition, long offset) => Read(partition, offset, 1).FirstOrDefault()?.Message.Timestamp.UtcDateTime;

    /// <summary>The time of the last record of a partition; null where there is none among its last offsets.</summary>
    public DateTimeOffset? TimeOfLast(TopicPartition partition)
    {
        var ends = Ends(partition);
        return Read(partition, Math.Max(ends.Low.Value, ends.High.Value - Markers), Markers).LastOrDefault()?.Message.Timestamp.UtcDateTime;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _admin.Dispose();
        foreach (var consumer in new[] { _committed, _uncommitted }.Where(consumer => consumer.IsValueCreated))
        {
            consumer.Value.Dispose();
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> DescribeAsync(ResourceType type, string name)
    {
        var described = await _admin.DescribeConfigsAsync([new ConfigResource { Type = type, Name = name }], new DescribeConfigsOptions { RequestTimeout = _patience });
        return described[0].Entries.Where(entry => entry.Value.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value.Value);
    }

    private List<ConsumeResult<byte[], byte[]>> Read(TopicPartition partition, long offset, int most)
    {
        var found = new List<ConsumeResult<byte[], byte[]>>();
        var consumer = _uncommitted.Value;
        consumer.Assign(new TopicPartitionOffset(partition, offset));
        try
        {
            while (found.Count < most && consumer.Consume(_patience) is { IsPartitionEOF: false } record)
            {
                found.Add(record);
            }
        }
        finally
        {
            consumer.Unassign();
        }

        return found;
    }

    private IConsumer<byte[], byte[]> Consumer(IsolationLevel isolation, string group = "millrace-doctor")
    {
        var config = _kafka.CreateConsumerConfig(group);
        (config.IsolationLevel, config.EnablePartitionEof, config.FetchWaitMaxMs, config.QueuedMinMessages) = (isolation, true, 10, 1);
        config.Set("fetch.queue.backoff.ms", "10");
        return new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => _errors.Enqueue(error)).Build();
    }
}
