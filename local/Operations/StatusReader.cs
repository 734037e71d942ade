using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Looks where stages stand on a cluster.</summary>
/// <remarks>
/// What counts is the checkpoint of an exactly-once stage; where that has none yet, and for connectors, whose checkpoint is in their
/// store, what the trigger's group has committed. Used by one caller at a time; the caller owns the reader of the cluster.
/// </remarks>
internal sealed class StatusReader(Platform platform, ClusterReader cluster, TimeProvider time)
{
    /// <summary>One look at the stages.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public async Task<IReadOnlyList<StageStatus>> ReadAsync(IReadOnlyList<StageDefinition> stages)
    {
        // One who asks for what a stage has settled before he asks where the topic ends never sees it ahead of it.
        var partitions = await cluster.PartitionsAsync(stages.SelectMany(TopicsOf).ToHashSet());
        var members = await cluster.MembersAsync([.. stages.Select(Progress.TriggerGroup)]);
        var offsets = new Dictionary<string, Offsets>();
        foreach (var stage in stages)
        {
            var topics = TopicsOf(stage).ToHashSet();
            offsets[stage.Name] = await ReadOffsetsAsync(stage, [.. partitions.Where(partition => topics.Contains(partition.Topic))]);
        }

        var ends = await cluster.EndsAsync(partitions);
        var found = new List<StageStatus>();
        foreach (var stage in stages)
        {
            found.Add(await ReadAsync(stage, offsets[stage.Name], ends, members.GetValueOrDefault(Progress.TriggerGroup(stage))));
        }

        return found;
    }

    private IReadOnlyList<string> TopicsOf(StageDefinition stage) => [.. stage.TopicsToRead(platform.Datacenter), stage.ReplayTopic];

    private async Task<Offsets> ReadOffsetsAsync(StageDefinition stage, IReadOnlyList<TopicPartition> partitions)
    {
        var committed = await cluster.CommittedAsync(Progress.TriggerGroup(stage), partitions);
        var settled = new Dictionary<TopicPartition, long>(committed);
        if (stage.Connector is null && Progress.CheckpointGroup(stage) is var group && group != Progress.TriggerGroup(stage))
        {
            foreach (var (partition, checkpoint) in await cluster.CommittedAsync(group, partitions))
            {
                settled[partition] = checkpoint;
            }
        }

        return new Offsets(partitions, committed, settled);
    }

    private async Task<StageStatus> ReadAsync(StageDefinition stage, Offsets offsets, IReadOnlyDictionary<TopicPartition, PartitionEnds> ends, int members)
    {
        // A checkpoint beyond the end is that of a topic that was deleted and made anew, which is read from its beginning.
        long From(TopicPartition partition) => offsets.Settled.TryGetValue(partition, out var at) && at <= ends[partition].End ? Math.Max(at, ends[partition].Begin) : ends[partition].Begin;
        var first = await cluster.FirstAsync([.. offsets.Partitions.Where(partition => From(partition) < ends[partition].Stable).Select(partition => new TopicPartitionOffset(partition, From(partition)))]);
        var now = time.GetUtcNow();
        var partitions = offsets.Partitions.Select(partition =>
        {
            // What came after the ends were read is of the next look.
            var end = ends[partition];
            var isBehind = first.TryGetValue(partition, out var waiting) && waiting.Offset < end.Stable;
            return new PartitionStatus(
                partition.Topic,
                partition.Partition.Value,
                end.End,
                Known(offsets.Settled, partition),
                Known(offsets.Committed, partition),
                isBehind ? end.Stable - waiting.Offset : 0,
                isBehind ? Math.Max(0, Math.Round((now - waiting.Time).TotalSeconds, 1)) : 0)
            {
                HeldAt = end.Stable < end.End ? end.Stable : null,
            };
        }).ToList();
        return new StageStatus(stage.Name, State(partitions, members), members, partitions, now);
    }

    private static StageActivity State(List<PartitionStatus> partitions, int members) => (partitions.Count, members, partitions.Exists(partition => partition.Lag > 0)) switch
    {
        (0, _, _) => StageActivity.Absent,
        (_, 0, false) => StageActivity.Idle,
        (_, 0, true) => StageActivity.Stopped,
        (_, _, false) => StageActivity.CaughtUp,
        _ => StageActivity.Working,
    };

    private static long? Known(IReadOnlyDictionary<TopicPartition, long> offsets, TopicPartition partition) => offsets.TryGetValue(partition, out var offset) ? offset : null;

    private sealed record Offsets(IReadOnlyList<TopicPartition> Partitions, IReadOnlyDictionary<TopicPartition, long> Committed, IReadOnlyDictionary<TopicPartition, long> Settled);
}
