using Confluent.Kafka;

namespace Millrace.Local;

/// <summary>How much a stream has.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Partitions">From where to where each partition of its topics has records; none where no topic exists.</param>
internal sealed record StreamLook(string Stream, IReadOnlyList<KeyValuePair<TopicPartition, PartitionEnds>> Partitions)
{
    /// <summary>How many offsets there are, markers of transactions included.</summary>
    public long Events => Partitions.Sum(partition => partition.Value.End - partition.Value.Begin);

    /// <summary>How many a second came between two looks; null after one.</summary>
    public double? PerSecond { get; init; }

    /// <summary>The same stream with what only an earlier look tells.</summary>
    public StreamLook Since(StreamLook? earlier, TimeSpan time)
    {
        if (earlier is null || time <= TimeSpan.Zero)
        {
            return this;
        }

        var before = earlier.Partitions.ToDictionary();
        return this with { PerSecond = Partitions.Sum(partition => before.TryGetValue(partition.Key, out var then) ? Math.Max(0, partition.Value.End - then.End) : 0) / time.TotalSeconds };
    }
}
