using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Reads what is committed in parts of topics, outside any consumer group.</summary>
/// <remarks>All methods throw <see cref="KafkaException"/> where the brokers do not answer in time.</remarks>
internal sealed class TopicScan(KafkaOptions kafka)
{
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What there is in those of the topics that exist, between two bounds, at the moment.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="from">Where to begin; null is the beginning.</param>
    /// <param name="to">Where to end, before that record; null is the end.</param>
    /// <exception cref="FailoverException">The brokers do not answer.</exception>
    public async Task<IReadOnlyList<ScanRange>> PlanAsync(IReadOnlyCollection<string> topics, BackfillBound? from = null, BackfillBound? to = null)
    {
        using var cluster = new ClusterReader(kafka);
        var partitions = await cluster.PartitionsAsync(topics);
        var ends = await cluster.EndsAsync(partitions);
        if (from is null && to is null)
        {
            return [.. partitions.Select(partition => new ScanRange(partition, ends[partition].Begin, ends[partition].Stable))];
        }

        using var offsets = new ClusterOffsets("Kafka", kafka);
        return await Task.Run(() => partitions.Select(partition => new ScanRange(
            partition,
            from is null ? ends[partition].Begin : from.Resolve(offsets, partition) ?? ends[partition].Stable,
            to?.Resolve(offsets, partition) ?? ends[partition].Stable)).ToList());
    }

    /// <summary>The records of the ranges, in order within each partition.</summary>
    public IAsyncEnumerable<EventRecord> ReadAsync(IReadOnlyCollection<ScanRange> ranges, CancellationToken cancellation) =>
        ReadAsync([.. ranges.Where(range => range.From < range.To)], isFollowing: false, cancellation);

    /// <summary>The records from where the ranges begin, and those to come, until cancelled.</summary>
    public IAsyncEnumerable<EventRecord> FollowAsync(IReadOnlyCollection<ScanRange> ranges, CancellationToken cancellation) => ReadAsync(ranges, isFollowing: true, cancellation);

    private async IAsyncEnumerable<EventRecord> ReadAsync(IReadOnlyCollection<ScanRange> ranges, bool isFollowing, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var open = ranges.ToDictionary(range => range.Partition);
        if (open.Count == 0)
        {
            yield break;
        }

        using var consumer = CreateConsumer();
        consumer.Assign(open.Values.Select(range => new TopicPartitionOffset(range.Partition, range.From)));
        for (var last = TimeProvider.System.GetTimestamp(); open.Count > 0;)
        {
            cancellation.ThrowIfCancellationRequested();

            // The client blocks for as long as no record comes; the caller does not.
            if ((consumer.Consume(TimeSpan.Zero) ?? await Task.Run(() => consumer.Consume(PollTime), CancellationToken.None)) is not { } next)
            {
                if (!isFollowing && TimeProvider.System.GetElapsedTime(last) > Patience)
                {
                    throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{string.Join(", ", open.Keys)} could not be read for {Patience}"));
                }

                continue;
            }

            last = TimeProvider.System.GetTimestamp();
            if (!open.TryGetValue(next.TopicPartition, out var range))
            {
                continue;
            }

            if (!isFollowing && (next.IsPartitionEOF || next.Offset.Value >= range.To - 1))
            {
                open.Remove(next.TopicPartition);
            }

            if (!next.IsPartitionEOF && (isFollowing || next.Offset.Value < range.To))
            {
                yield return next.ToEventRecord();
            }
        }
    }

    private IConsumer<byte[], byte[]> CreateConsumer()
    {
        var config = kafka.CreateConsumerConfig("millrace-reader");
        (config.EnablePartitionEof, config.QueuedMaxMessagesKbytes, config.FetchWaitMaxMs) = (true, 16 * 1024, 100);
        return new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }
}
