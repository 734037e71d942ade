using Confluent.Kafka;

namespace Millrace.Kafka;

/// <summary>Looks for the first record that a consumer would be given from an offset on: markers of transactions and aborted records are none.</summary>
/// <remarks>It remembers where it looked last, so that a partition at rest is looked at once. Used by one caller at a time.</remarks>
internal sealed class RecordProbe : IDisposable
{
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly Dictionary<TopicPartition, (long From, long Next, bool IsRecord)> _seen = [];

    public RecordProbe(KafkaOptions options)
    {
        var config = options.CreateConsumerConfig("millrace-reader");
        config.EnablePartitionEof = true;
        config.IsolationLevel = IsolationLevel.ReadCommitted;

        // One record is all that is wanted.
        config.MaxPartitionFetchBytes = 1024;
        config.QueuedMinMessages = 1;
        config.FetchWaitMaxMs = 10;
        _consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>How many offsets there are from the first record, at or after an offset, to the end; zero where there is no record.</summary>
    /// <exception cref="KafkaException">The partition cannot be read in time.</exception>
    public long CountFrom(TopicPartitionOffset from, long end, TimeSpan timeout)
    {
        // There is no record from From up to Next, and at Next there is one, or there was none yet.
        var (start, next, isRecord) = _seen.GetValueOrDefault(from.TopicPartition, (-1, -1, false));
        if (from.Offset.Value < start || from.Offset.Value > next)
        {
            (start, next, isRecord) = (from.Offset.Value, from.Offset.Value, false);
        }

        if (!isRecord && next < end)
        {
            (next, isRecord) = Find(new TopicPartitionOffset(from.TopicPartition, next), timeout);
        }

        _seen[from.TopicPartition] = (start, next, isRecord);
        return isRecord ? Math.Max(0, end - next) : 0;
    }

    private (long Offset, bool IsRecord) Find(TopicPartitionOffset from, TimeSpan timeout)
    {
        var started = TimeProvider.System.GetTimestamp();
        _consumer.Assign(from);
        try
        {
            while (timeout - TimeProvider.System.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
            {
                if (_consumer.Consume(left) is { } found)
                {
                    return (found.Offset.Value, !found.IsPartitionEOF);
                }
            }
        }
        finally
        {
            _consumer.Unassign();
        }

        throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{from} was not read within {timeout}"));
    }

    public void Dispose() => _consumer.Dispose();
}
