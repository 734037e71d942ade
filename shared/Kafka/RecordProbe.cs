using Confluent.Kafka;

namespace Millrace.Kafka;

/// <summary>Looks for the first record that a consumer would be given from an offset on: markers of transactions and aborted records are none.</summary>
/// <remarks>It remembers where it looked last, so that a partition at rest is looked at once. Used by one caller at a time.</remarks>
internal sealed class RecordProbe : IDisposable
{
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly Dictionary<TopicPartition, (long From, long Next, bool IsRecord, DateTimeOffset? Made)> _seen = [];

    public RecordProbe(KafkaOptions options)
    {
        var config = options.CreateConsumerConfig("millrace-reader");
        config.EnablePartitionEof = true;
        config.IsolationLevel = IsolationLevel.ReadCommitted;

        // One record is all that is wanted.
        config.MaxPartitionFetchBytes = 1024;
        config.QueuedMinMessages = 1;
        config.FetchWaitMaxMs = 10;

        // With a record in its queue the client rests before it fetches anything else, a second by default.
        config.FetchQueueBackoffMs = 5;
        _consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>How many offsets there are in each partition from the first record, at or after an offset, to the end, and that record's time; zero where there is no record.</summary>
    /// <param name="ranges">From where, and where the end is.</param>
    /// <param name="timeout">How long all of them may take together.</param>
    /// <exception cref="KafkaException">A partition cannot be read in time.</exception>
    public IReadOnlyDictionary<TopicPartition, PartitionLag> CountFrom(IReadOnlyList<(TopicPartitionOffset From, long End)> ranges, TimeSpan timeout)
    {
        var unseen = new List<TopicPartitionOffset>();
        foreach (var (from, end) in ranges)
        {
            // There is no record from From up to Next, and at Next there is one, or there was none yet.
            var (start, next, isRecord, made) = _seen.GetValueOrDefault(from.TopicPartition, (-1, -1, false, null));
            if (from.Offset.Value < start || from.Offset.Value > next)
            {
                (start, next, isRecord, made) = (from.Offset.Value, from.Offset.Value, false, null);
            }

            _seen[from.TopicPartition] = (start, next, isRecord, made);
            if (!isRecord && next < end)
            {
                unseen.Add(new TopicPartitionOffset(from.TopicPartition, next));
            }
        }

        if (unseen.Count > 0)
        {
            Find(unseen, timeout);
        }

        return ranges.ToDictionary(range => range.From.TopicPartition, range => _seen[range.From.TopicPartition] is { IsRecord: true } seen && range.End > seen.Next ? new PartitionLag(range.End - seen.Next, seen.Made) : default);
    }

    // All at once: what a partition's first answer takes is mostly waiting.
    private void Find(List<TopicPartitionOffset> unseen, TimeSpan timeout)
    {
        var started = TimeProvider.System.GetTimestamp();
        var open = unseen.Select(from => from.TopicPartition).ToHashSet();
        _consumer.Assign(unseen);
        try
        {
            while (open.Count > 0 && timeout - TimeProvider.System.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
            {
                if (_consumer.Consume(left) is { } found && open.Remove(found.TopicPartition))
                {
                    _seen[found.TopicPartition] = _seen[found.TopicPartition] with { Next = found.Offset.Value, IsRecord = !found.IsPartitionEOF, Made = TimeOf(found) };
                }
            }
        }
        finally
        {
            _consumer.Unassign();
        }

        if (open.Count > 0)
        {
            throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{string.Join(", ", open)} {(open.Count == 1 ? "was" : "were")} not read within {timeout}"));
        }
    }

    private static DateTimeOffset? TimeOf(ConsumeResult<byte[], byte[]> found) =>
        found.IsPartitionEOF || found.Message.Timestamp.Type == TimestampType.NotAvailable ? null : DateTimeOffset.FromUnixTimeMilliseconds(found.Message.Timestamp.UnixTimestampMs);

    public void Dispose() => _consumer.Dispose();
}
