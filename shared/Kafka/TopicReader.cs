using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Reads topics outside any consumer group.</summary>
public sealed class TopicReader(KafkaOptions options)
{
    private static readonly TimeSpan PollTimeout = TimeSpan.FromMilliseconds(100);

    // A topic that was just created is known to one broker before it is to the next.
    private static readonly TimeSpan TopicPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>For each partition of the topics, the offset of the record to come.</summary>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse, or for some seconds a topic does not exist.</exception>
    public async Task<IReadOnlyDictionary<StreamPartition, long>> EndsAsync(IReadOnlyCollection<string> topics, CancellationToken cancellation = default)
    {
        using var consumer = CreateConsumer();
        var partitions = await FindAsync(consumer, topics, cancellation).ConfigureAwait(false);
        return await Task.Run(() => partitions.ToDictionary(Of, partition => consumer.QueryWatermarkOffsets(partition, Timeout).High.Value), cancellation).ConfigureAwait(false);
    }

    /// <summary>All records of the topics, then those to come, until cancelled. In order within each partition.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <param name="from">Where to begin, by partition; null, or a partition that is not in it, is the beginning.</param>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse, or for some seconds a topic does not exist.</exception>
    public async IAsyncEnumerable<EventRecord> ReadAsync(IReadOnlyCollection<string> topics, [EnumeratorCancellation] CancellationToken cancellation, IReadOnlyDictionary<StreamPartition, long>? from = null)
    {
        using var consumer = CreateConsumer();
        var partitions = await FindAsync(consumer, topics, cancellation).ConfigureAwait(false);
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, from is not null && from.TryGetValue(Of(partition), out var offset) ? offset : Offset.Beginning)));
        while (!cancellation.IsCancellationRequested)
        {
            // The client blocks for as long as no record comes; the caller does not.
            var next = consumer.Consume(TimeSpan.Zero) ?? await Task.Run(() => consumer.Consume(PollTimeout), CancellationToken.None).ConfigureAwait(false);
            if (next is { IsPartitionEOF: false } result)
            {
                yield return result.ToEventRecord();
            }
        }

        consumer.Close();
    }

    private static StreamPartition Of(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);

    private IConsumer<byte[], byte[]> CreateConsumer() =>
        new ConsumerBuilder<byte[], byte[]>(options.CreateConsumerConfig("millrace-reader")).SetLogHandler((_, _) => { }).Build();

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
}
