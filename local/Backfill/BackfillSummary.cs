using Millrace.Core;

namespace Millrace.Local;

/// <summary>How far a backfill is. Offsets are counted, which the ends of transactions take some of; events are what the stage was given.</summary>
internal sealed record BackfillSummary(
    string Stage, string Group, bool Complete, long Done, long Total, long In, long Emitted, long Filtered, long Failed,
    double Seconds, double EventsPerSecond, double? SecondsLeft, IReadOnlyDictionary<string, long> FilteredBy, IReadOnlyDictionary<string, long> FailedBy,
    IReadOnlyList<string> Waiting, IReadOnlyList<BackfillSummary.Range> Partitions)
{
    public static BackfillSummary Of(string identity, StageTally tally, string stage, IReadOnlyCollection<PartitionBackfill> partitions, TimeSpan elapsed)
    {
        var total = partitions.Sum(partition => partition.Planned.To - partition.Planned.From);
        var done = partitions.Sum(partition => partition.Next - partition.Planned.From);
        var now = partitions.Sum(partition => partition.Next - partition.Start);
        var settled = tally.Emitted + tally.Filtered + tally.Failed;
        return new BackfillSummary(
            stage, identity, done == total, done, total, tally.In, tally.Emitted, tally.Filtered, tally.Failed,
            Math.Round(elapsed.TotalSeconds, 3), elapsed > TimeSpan.Zero ? Math.Round(settled / elapsed.TotalSeconds, 1) : 0,
            done == total ? 0 : now > 0 ? Math.Round((total - done) * elapsed.TotalSeconds / now, 1) : null,
            new SortedDictionary<string, long>(tally.FilteredBy.ToDictionary()), new SortedDictionary<string, long>(tally.FailedBy.ToDictionary()),
            [.. tally.Blocked.Select(blocked => $"{blocked.Key}: {blocked.Value}")],
            [.. partitions.Select(partition => new Range(partition.Planned.Partition.Topic, partition.Planned.Partition.Partition.Value, partition.Planned.From, partition.Planned.To, partition.Next))]);
    }

    /// <summary>What was done of a partition.</summary>
    public sealed record Range(string Topic, int Partition, long From, long To, long Next);
}
