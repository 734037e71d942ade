using Confluent.Kafka;

namespace Millrace.Local;

/// <summary>Which records a backfill is about: fixed when it first begins, and kept as committed offsets of groups of its own.</summary>
/// <remarks>So the same command goes on to the same end, on whichever machine, however many records have come since.</remarks>
internal static class BackfillPlan
{
    /// <summary>The records of each partition; those of which there are none are left out.</summary>
    /// <exception cref="UsageException">The name is that of a backfill of other records.</exception>
    public static IReadOnlyList<PlannedPartition> Make(ClusterOffsets cluster, BackfillOptions options, IReadOnlyList<TopicPartition> partitions, IBackfillSource source)
    {
        var (begins, ends) = ($"{options.Identity}.from", $"{options.Identity}.{options.Fingerprint}.to");
        var known = cluster.Committed(ends, partitions);
        var from = cluster.Committed(begins, partitions);
        if (known.Count == 0 && from.Count > 0)
        {
            throw new UsageException($"--name is '{options.Name}', which is a backfill of {options.Stage} with another --from, --to, --topic, --to-stream or --from-lake. Give those again, or another name.");
        }

        var to = known.Count > 0 ? known : Resolve(source.To, partitions);
        from = from.Count > 0 ? from : Resolve(source.From, partitions);

        // Again at each start: brokers forget the offsets of a group that commits nothing for a week. The end is first: without it, the beginning would seem another's.
        Commit(cluster, ends, to);
        Commit(cluster, begins, from);
        return [.. partitions
            .Where(partition => from.ContainsKey(partition) && to.ContainsKey(partition) && from[partition] < to[partition])
            .Select(partition => new PlannedPartition(partition, from[partition], to[partition]))];
    }

    private static Dictionary<TopicPartition, long> Resolve(Func<TopicPartition, long?> bound, IReadOnlyList<TopicPartition> partitions)
    {
        var offsets = new Dictionary<TopicPartition, long>();
        foreach (var partition in partitions)
        {
            if (bound(partition) is { } offset)
            {
                offsets[partition] = offset;
            }
        }

        return offsets.Count > 0 ? offsets : throw new UsageException($"--from and --to leave nothing of the partitions {string.Join(", ", partitions)}.");
    }

    private static void Commit(ClusterOffsets cluster, string group, IReadOnlyDictionary<TopicPartition, long> offsets) =>
        cluster.Commit(group, [.. offsets.Select(entry => new TopicPartitionOffset(entry.Key, entry.Value))]);
}

/// <summary>The records of one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">The first offset.</param>
/// <param name="To">The offset behind the last.</param>
internal sealed record PlannedPartition(TopicPartition Partition, long From, long To);
