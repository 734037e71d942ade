using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Reads topics from their beginning, outside any consumer group.</summary>
public sealed class TopicReader(KafkaOptions options)
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);

    /// <summary>All records of the topics, then those to come, until cancelled. In order within each partition.</summary>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse, or a topic does not exist.</exception>
    public async IAsyncEnumerable<EventRecord> ReadAsync(IReadOnlyCollection<string> topics, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var config = options.CreateConsumerConfig("millrace-reader");
        config.FetchWaitMaxMs = 50;
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        await Task.Yield();
        consumer.Assign(TopicPartitions.Of(consumer.Handle, topics).Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        while (!cancellation.IsCancellationRequested)
        {
            if (consumer.Consume(PollTimeout) is { IsPartitionEOF: false } result)
            {
                yield return Convert(result);
            }
        }

        consumer.Close();
    }

    private static EventRecord Convert(ConsumeResult<byte[], byte[]> result) => new()
    {
        Position = new StreamPosition(result.Topic, result.Partition.Value, result.Offset.Value),
        Key = result.Message.Key,
        Value = result.Message.Value,
        Headers = [.. result.Message.Headers.Select(header => new RecordHeader(header.Key, header.GetValueBytes()))],
        Timestamp = UnixTime.FromMilliseconds(result.Message.Timestamp.UnixTimestampMs),
    };
}
