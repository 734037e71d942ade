using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>The offsets that consumer groups have in one cluster, and the times of the records that they stand for.</summary>
/// <remarks>All calls block for the brokers' answers. Used by one caller at a time.</remarks>
internal sealed class ClusterOffsets : IDisposable
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TransactionTime = TimeSpan.FromSeconds(3);

    private readonly string _cluster;
    private readonly string _hint;
    private readonly KafkaOptions _kafka;
    private readonly IConsumer<byte[], byte[]> _reader;

    /// <summary>Those of a datacenter's cluster.</summary>
    public ClusterOffsets(DatacenterDefinition datacenter, KafkaOptions kafka)
        : this($"Kafka in {datacenter.Name}", kafka, " Is it mirrored there?")
    {
    }

    /// <summary>Those of any cluster.</summary>
    /// <param name="cluster">What messages call it.</param>
    /// <param name="kafka">How to reach it.</param>
    /// <param name="hint">What messages add where a topic does not exist.</param>
    public ClusterOffsets(string cluster, KafkaOptions kafka, string hint = "")
    {
        (_cluster, _kafka, _hint) = (cluster, kafka, hint);
        var config = kafka.CreateConsumerConfig("millrace-reader");
        config.EnablePartitionEof = true;
        config.FetchWaitMaxMs = 10;

        // A few records from somewhere near the end: what comes after them is fetched in vain, and a full queue is looked at each second.
        config.QueuedMinMessages = 100;
        config.QueuedMaxMessagesKbytes = 1024;
        config.FetchQueueBackoffMs = 10;
        _reader = Build(config);
    }

    /// <summary>The partitions of the topics.</summary>
    /// <exception cref="FailoverException">A topic does not exist, or nobody answers.</exception>
    public IReadOnlyList<TopicPartition> Partitions(IEnumerable<string> topics) => Ask(() =>
    {
        using var admin = new DependentAdminClientBuilder(_reader.Handle).Build();
        return topics.SelectMany(topic => admin.GetMetadata(topic, AnswerTime).Topics.Single() is { Error.IsError: false, Partitions.Count: > 0 } found
            ? found.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId))
            : throw new FailoverException($"{_cluster} has no topic '{topic}'.{_hint}")).ToList();
    });

    /// <summary>What a group has committed; partitions of which it has nothing are left out.</summary>
    /// <remarks>
    /// A transaction that is just being committed is waited for. What one that stays open may yet commit, that of a process
    /// which died, does not count: at worst, some is worked on again.
    /// </remarks>
    public IReadOnlyDictionary<TopicPartition, long> Committed(string group, IReadOnlyList<TopicPartition> partitions) => Ask(() =>
    {
        try
        {
            return Committed(group, partitions, IsolationLevel.ReadCommitted, TransactionTime);
        }
        catch (KafkaException)
        {
            return Committed(group, partitions, IsolationLevel.ReadUncommitted, AnswerTime);
        }
    });

    /// <summary>Commits for a group that has no members.</summary>
    public void Commit(string group, IReadOnlyCollection<TopicPartitionOffset> offsets) => Ask(() =>
    {
        using var consumer = Build(_kafka.CreateConsumerConfig(group));
        consumer.Commit(offsets);
        return true;
    });

    /// <summary>The first record that there still is.</summary>
    public long Begin(TopicPartition partition) => Ask(() => _reader.QueryWatermarkOffsets(partition, AnswerTime).Low.Value);

    /// <summary>The end of what can be read.</summary>
    public long End(TopicPartition partition) => Ask(() => _reader.QueryWatermarkOffsets(partition, AnswerTime).High.Value);

    /// <summary>The first record of that time or a later one, whatever stands behind it; the end where there is none.</summary>
    public long OffsetAt(TopicPartition partition, long milliseconds) => Ask(() =>
    {
        var found = _reader.OffsetsForTimes([new TopicPartitionTimestamp(partition, new Timestamp(milliseconds, TimestampType.CreateTime))], AnswerTime).Single().Offset;
        return found.Value >= 0 ? found.Value : _reader.QueryWatermarkOffsets(partition, AnswerTime).High.Value;
    });

    /// <summary>The time of the last record before an offset, in Unix milliseconds; null where there is none any more.</summary>
    public long? TimeBefore(TopicPartition partition, long offset) => Ask(() =>
    {
        var ends = _reader.QueryWatermarkOffsets(partition, AnswerTime);
        var (low, end) = (ends.Low.Value, Math.Min(offset, ends.High.Value));

        // What stands directly before it may be no record but the end of a transaction, or many: look further back each time.
        for (var step = 4L; low < end; step *= 8)
        {
            var from = Math.Max(low, end - step);
            if (LastTime(partition, from, end) is { } time)
            {
                return time;
            }

            if (from == low)
            {
                break;
            }
        }

        return (long?)null;
    });

    public void Dispose() => _reader.Dispose();

    private Dictionary<TopicPartition, long> Committed(string group, IReadOnlyList<TopicPartition> partitions, IsolationLevel isolation, TimeSpan patience)
    {
        var config = _kafka.CreateConsumerConfig(group);
        config.IsolationLevel = isolation;
        using var consumer = Build(config);
        return consumer.Committed(partitions, patience).Where(found => found.Offset.Value >= 0).ToDictionary(found => found.TopicPartition, found => found.Offset.Value);
    }

    private long? LastTime(TopicPartition partition, long from, long end)
    {
        var started = TimeProvider.System.GetTimestamp();
        long? time = null;
        _reader.Assign(new TopicPartitionOffset(partition, from));
        try
        {
            while (AnswerTime - TimeProvider.System.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
            {
                if (_reader.Consume(left) is not { } next)
                {
                    continue;
                }

                if (next.IsPartitionEOF || next.Offset.Value >= end)
                {
                    return time;
                }

                time = next.Message.Timestamp.UnixTimestampMs;
            }
        }
        finally
        {
            _reader.Unassign();
        }

        throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{partition} was not read from {from} to {end} within {AnswerTime}"));
    }

    private static IConsumer<byte[], byte[]> Build(ConsumerConfig config) =>
        new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    private T Ask<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (KafkaException cause)
        {
            throw new UnreachableException($"{_cluster} ({_kafka.BootstrapServers}) does not answer: {cause.Error.Reason} ({cause.Error.Code}).", cause);
        }
    }
}
