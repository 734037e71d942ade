using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Reads topics from their beginning, outside any consumer group.</summary>
public sealed class TopicReader(KafkaOptions options)
{
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>All records of the topics, then those to come, until cancelled. In order within each partition.</summary>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse.</exception>
    public async IAsyncEnumerable<EventRecord> ReadAsync(IReadOnlyCollection<string> topics, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var config = options.CreateConsumerConfig("millrace-reader");
        config.FetchWaitMaxMs = 50;
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        await Task.Yield();
        consumer.Assign(Partitions(consumer, topics).Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        while (!cancellation.IsCancellationRequested)
        {
            if (consumer.Consume(PollTimeout) is { IsPartitionEOF: false } result)
            {
                yield return Convert(result);
            }
        }

        consumer.Close();
    }

    private static List<TopicPartition> Partitions(IConsumer<byte[], byte[]> consumer, IEnumerable<string> topics)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        return [.. topics.SelectMany(topic => admin.GetMetadata(topic, MetadataTimeout).Topics)
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId)))];
    }

    private static EventRecord Convert(ConsumeResult<byte[], byte[]> result) => new()
    {
        Position = new StreamPosition(result.Topic, result.Partition.Value, result.Offset.Value),
        Key = result.Message.Key,
        Value = result.Message.Value,
        Headers = [.. result.Message.Headers.Select(header => new RecordHeader(header.Key, header.GetValueBytes()))],
        Timestamp = result.Message.Timestamp.UtcDateTime,
    };
}
