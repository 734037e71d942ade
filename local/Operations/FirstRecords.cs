using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Finds the first records from offsets on: what stands there may be the markers of transactions, or aborted records, which nobody is given.</summary>
internal sealed class FirstRecords : IDisposable
{
    private readonly Lazy<IConsumer<byte[], byte[]>> _consumer;

    public FirstRecords(KafkaOptions kafka)
    {
        var config = kafka.CreateConsumerConfig("millrace-reader");
        config.EnablePartitionEof = true;

        // One record of each partition is all that is wanted, and the client rests for a second once it has one.
        (config.MaxPartitionFetchBytes, config.QueuedMinMessages, config.FetchWaitMaxMs, config.FetchQueueBackoffMs) = (1024, 1, 10, 5);
        _consumer = new(() => new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build());
    }

    /// <summary>The offset and the time of the first record at or behind each offset; partitions without one are left out.</summary>
    /// <exception cref="KafkaException">A partition cannot be read in time.</exception>
    public IReadOnlyDictionary<TopicPartition, (long Offset, DateTimeOffset Time)> Find(IReadOnlyCollection<TopicPartitionOffset> from, TimeSpan patience)
    {
        var found = new Dictionary<TopicPartition, (long, DateTimeOffset)>();
        var open = from.ToDictionary(start => start.TopicPartition, start => start.Offset.Value);
        if (open.Count == 0)
        {
            return found;
        }

        var started = TimeProvider.System.GetTimestamp();
        _consumer.Value.Assign(from);
        try
        {
            while (open.Count > 0 && patience - TimeProvider.System.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
            {
                if (_consumer.Value.Consume(left) is not { } next || !open.TryGetValue(next.TopicPartition, out var start) || next.Offset.Value < start)
                {
                    continue;
                }

                open.Remove(next.TopicPartition);
                if (!next.IsPartitionEOF)
                {
                    found.Add(next.TopicPartition, (next.Offset.Value, UnixTime.FromMilliseconds(next.Message.Timestamp.UnixTimestampMs)));
                }
            }
        }
        finally
        {
            _consumer.Value.Unassign();
        }

        return open.Count == 0 ? found : throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{string.Join(", ", open.Keys)} could not be read within {patience}"));
    }

    public void Dispose()
    {
        if (_consumer.IsValueCreated)
        {
            _consumer.Value.Dispose();
        }
    }
}
