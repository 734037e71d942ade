using Confluent.Kafka;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Reads offsets as KEDA does: what a trigger's group has committed, and the ends of its topics, markers of transactions included.</summary>
internal sealed class GroupOffsets : IOffsetSource, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly string[] _topics;
    private readonly Func<string, int, long> _restingLag;
    private List<TopicPartition>? _partitions;

    /// <summary>A reader for one group and its topics.</summary>
    /// <param name="options">The brokers.</param>
    /// <param name="group">The group.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="restingLag">The lag that a topic with so many partitions keeps at rest; null is none.</param>
    public GroupOffsets(KafkaOptions options, string group, IEnumerable<string> topics, Func<string, int, long>? restingLag = null)
    {
        _restingLag = restingLag ?? ((_, _) => 0);
        _topics = [.. topics];
        var config = options.CreateConsumerConfig(group);

        // To those who read what is committed, a partition ends where the oldest open transaction begins; to KEDA it does not.
        config.IsolationLevel = IsolationLevel.ReadUncommitted;
        _consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    /// <inheritdoc/>
    public IReadOnlyList<TopicOffsets> Read()
    {
        _partitions ??= [.. _topics.SelectMany(Partitions)];
        var committed = _consumer.Committed(_partitions, Patience).ToDictionary(
            entry => entry.TopicPartition, entry => entry.Offset == Offset.Unset ? (long?)null : entry.Offset.Value);
        return [.. _partitions.GroupBy(partition => partition.Topic).Select(topic => new TopicOffsets(
            topic.Key,
            [.. topic.Select(partition => new PartitionOffsets(committed[partition], _consumer.QueryWatermarkOffsets(partition, Patience).High.Value))],
            _restingLag(topic.Key, topic.Count())))];
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _consumer.Dispose();

    private IEnumerable<TopicPartition> Partitions(string topic)
    {
        using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        var found = admin.GetMetadata(topic, Patience).Topics.Single();
        return found.Error.IsError || found.Partitions.Count == 0
            ? throw new KafkaException(new Error(ErrorCode.UnknownTopicOrPart, $"Topic '{topic}' cannot be read: {found.Error.Reason}"))
            : found.Partitions.OrderBy(partition => partition.PartitionId).Select(partition => new TopicPartition(topic, partition.PartitionId));
    }
}
