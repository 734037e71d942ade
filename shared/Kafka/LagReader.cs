using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>How far a stage is behind its input, by what its consumer group has committed.</summary>
/// <remarks>
/// A partition that is written in transactions ends with their markers, which no consumer is given and whose offsets no group
/// therefore commits: what stands between the committed offset and the first record that a consumer would be given is not behind.
/// </remarks>
public sealed class LagReader : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly RecordProbe _probe;
    private readonly string[] _topics;
    private readonly List<string> _missing;
    private List<TopicPartition>? _partitions;

    /// <summary>A reader for one group and its topics.</summary>
    /// <param name="options">How to reach Kafka.</param>
    /// <param name="group">The group.</param>
    /// <param name="topics">Topics that there have to be.</param>
    /// <param name="optional">A topic that counts from when it exists; null is none.</param>
    public LagReader(KafkaOptions options, string group, IEnumerable<string> topics, string? optional = null)
    {
        _topics = [.. topics];
        _missing = optional is null ? [] : [optional];
        _consumer = new ConsumerBuilder<byte[], byte[]>(options.CreateConsumerConfig(group)).SetLogHandler((_, _) => { }).Build();
        _probe = new RecordProbe(options);
    }

    /// <summary>For each partition, the offsets from the first record that is not committed (where nothing is, the first of all) to the end of what is readable; zero where there is no such record.</summary>
    /// <remarks>Blocks for the brokers' answers, at most ten seconds each.</remarks>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse, or a topic does not exist.</exception>
    public IReadOnlyDictionary<StreamPartition, long> Read() => Events(Measure(_consumer.Committed(Partitions, Timeout)));

    /// <summary>The same, with the time of the first record that is not committed: what a stage is behind in seconds is how long ago that was.</summary>
    /// <inheritdoc cref="Read()"/>
    public IReadOnlyDictionary<StreamPartition, PartitionLag> Measure() => Measure(_consumer.Committed(Partitions, Timeout));

    /// <summary>The same from offsets that are kept elsewhere; a partition without one is read from its first record.</summary>
    /// <inheritdoc cref="Read()"/>
    public IReadOnlyDictionary<StreamPartition, long> ReadFrom(IReadOnlyDictionary<StreamPartition, long> offsets) =>
        Events(Measure(Partitions.Select(partition => new TopicPartitionOffset(partition, offsets.TryGetValue(new StreamPartition(partition.Topic, partition.Partition.Value), out var offset) ? offset : Offset.Unset))));

    private List<TopicPartition> Partitions
    {
        get
        {
            _partitions ??= TopicPartitions.Of(_consumer.Handle, _topics);
            foreach (var topic in _missing.ToArray())
            {
                if (TopicPartitions.Find(_consumer.Handle, topic) is { Count: > 0 } found)
                {
                    _partitions.AddRange(found);
                    _missing.Remove(topic);
                }
            }

            return _partitions;
        }
    }

    private static Dictionary<StreamPartition, long> Events(Dictionary<StreamPartition, PartitionLag> lags) => lags.ToDictionary(lag => lag.Key, lag => lag.Value.Events);

    private Dictionary<StreamPartition, PartitionLag> Measure(IEnumerable<TopicPartitionOffset> offsets)
    {
        var behind = new List<(TopicPartitionOffset From, long End)>();
        foreach (var committed in offsets)
        {
            var ends = _consumer.QueryWatermarkOffsets(committed.TopicPartition, Timeout);
            var from = committed.Offset == Offset.Unset ? ends.Low.Value : Math.Max(committed.Offset.Value, ends.Low.Value);
            if (from < ends.High.Value)
            {
                behind.Add((new TopicPartitionOffset(committed.TopicPartition, from), ends.High.Value));
            }
        }

        var counted = _probe.CountFrom(behind, Timeout);
        return Partitions.ToDictionary(partition => new StreamPartition(partition.Topic, partition.Partition.Value), partition => counted.GetValueOrDefault(partition));
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _consumer.Dispose();
        _probe.Dispose();
    }
}
