using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Reads topics from their beginning, outside any consumer group.</summary>
public sealed class TopicReader(KafkaOptions options)
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);

    // A topic that was just created is known to one broker before it is to the next.
    private static readonly TimeSpan TopicPatience = TimeSpan.FromSeconds(5);

    /// <summary>All records of the topics, then those to come, until cancelled. In order within each partition.</summary>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse, or for some seconds a topic does not exist.</exception>
    public async IAsyncEnumerable<EventRecord> ReadAsync(IReadOnlyCollection<string> topics, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var config = options.CreateConsumerConfig("millrace-reader");
        config.FetchWaitMaxMs ??= 50;
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        var partitions = await FindAsync(consumer, topics, cancellation).ConfigureAwait(false);
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        while (!cancellation.IsCancellationRequested)
        {
            // The client blocks for as long as no record comes; the caller does not.
            var next = consumer.Consume(TimeSpan.Zero) ?? await Task.Run(() => consumer.Consume(PollTimeout), CancellationToken.None).ConfigureAwait(false);
            if (next is { IsPartitionEOF: false } result)
            {
                yield return Convert(result);
            }
        }

        consumer.Close();
    }

    /// <returns>The partitions of the topics; none once it is cancelled.</returns>
    private static async Task<List<TopicPartition>> FindAsync(IConsumer<byte[], byte[]> consumer, IReadOnlyCollection<string> topics, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                return await Task.Run(() => TopicPartitions.Of(consumer.Handle, topics), CancellationToken.None).ConfigureAwait(false);
            }
            catch (KafkaException unknown) when (
                unknown.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.LeaderNotAvailable && TimeProvider.System.GetElapsedTime(started) < TopicPatience)
            {
                await Task.Delay(PollTimeout, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            }
        }

        return [];
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
