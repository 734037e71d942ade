using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>How far a stage is behind its input, by what its consumer group has committed.</summary>
public sealed class LagReader : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly string[] _topics;
    private IReadOnlyList<TopicPartition>? _partitions;

    /// <summary>A reader for one group and its topics.</summary>
    public LagReader(KafkaOptions options, string group, IEnumerable<string> topics)
    {
        _topics = [.. topics];
        _consumer = new ConsumerBuilder<byte[], byte[]>(options.CreateConsumerConfig(group)).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>For each partition, the records from the committed offset (or the first, where nothing is committed) to the end.</summary>
    /// <remarks>Blocks for the brokers' answers, at most ten seconds each.</remarks>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse, or a topic does not exist.</exception>
    public IReadOnlyDictionary<StreamPartition, long> Read()
    {
        _partitions ??= TopicPartitions.Of(_consumer.Handle, _topics);
        var lag = new Dictionary<StreamPartition, long>();
        foreach (var committed in _consumer.Committed(_partitions, Timeout))
        {
            var ends = _consumer.QueryWatermarkOffsets(committed.TopicPartition, Timeout);
            var from = committed.Offset == Offset.Unset ? ends.Low.Value : Math.Max(committed.Offset.Value, ends.Low.Value);
            lag[new StreamPartition(committed.Topic, committed.Partition.Value)] = Math.Max(0, ends.High.Value - from);
        }

        return lag;
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => _consumer.Dispose();
}
