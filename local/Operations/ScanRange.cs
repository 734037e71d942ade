using Confluent.Kafka;

namespace Millrace.Local;

/// <summary>A part of a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The first offset.</param>
/// <param name="To">The offset behind the last.</param>
internal sealed record ScanRange(TopicPartition Partition, long From, long To)
{
    /// <summary>How many offsets it has.</summary>
    public long Length => Math.Max(0, To - From);

    /// <summary>The ranges with no more than so many offsets together, shared evenly: the last of each are left.</summary>
    public static IReadOnlyList<ScanRange> Last(IReadOnlyCollection<ScanRange> ranges, long most)
    {
        // Filled from the smallest: what these do not need is for the larger ones.
        var (left, partitions) = (most, ranges.Count);
        return [.. ranges.OrderBy(range => range.Length).Select(range =>
        {
            var share = Math.Min(range.Length, left / partitions--);
            left -= share;
            return range with { From = range.To - share };
        })];
    }
}
