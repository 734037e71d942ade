namespace Millrace.Conformance;

/// <summary>Taking records from a consumer, with a deadline.</summary>
internal static class Consuming
{
    /// <summary>The next records, however many partitions end meanwhile.</summary>
    public static List<ConsumeResult<string?, string?>> Take(this IConsumer<string?, string?> consumer, int count) =>
        consumer.TakeUntil($"{count} records", (taken, _) => taken.Count == count);

    /// <summary>The records before the first with this value.</summary>
    public static List<ConsumeResult<string?, string?>> TakeBefore(this IConsumer<string?, string?> consumer, string value)
    {
        var taken = consumer.TakeUntil($"'{value}'", (taken, _) => taken.Count > 0 && taken[^1].Message.Value == value);
        taken.RemoveAt(taken.Count - 1);
        return taken;
    }

    /// <summary>The records up to the end of so many partitions.</summary>
    public static List<ConsumeResult<string?, string?>> TakeToEnd(this IConsumer<string?, string?> consumer, int partitions)
    {
        var ended = new HashSet<TopicPartition>();
        return consumer.TakeUntil($"the end of {partitions} partitions", (_, last) =>
        {
            if (last.IsPartitionEOF)
            {
                ended.Add(last.TopicPartition);
            }

            return ended.Count == partitions;
        });
    }

    public static IEnumerable<string?> Values(this IEnumerable<ConsumeResult<string?, string?>> records) => records.Select(record => record.Message.Value);

    private static List<ConsumeResult<string?, string?>> TakeUntil(
        this IConsumer<string?, string?> consumer, string what, Func<List<ConsumeResult<string?, string?>>, ConsumeResult<string?, string?>, bool> isEnough)
    {
        var taken = new List<ConsumeResult<string?, string?>>();
        using var patience = new CancellationTokenSource(Eventually.Patience);
        try
        {
            while (true)
            {
                var last = consumer.Consume(patience.Token);
                if (!last.IsPartitionEOF)
                {
                    taken.Add(last);
                }

                if (isEnough(taken, last))
                {
                    return taken;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{what} did not come within {Eventually.Patience.TotalSeconds} s; {taken.Count} records came: {string.Join(", ", taken.Values().Take(20))}");
        }
    }
}
