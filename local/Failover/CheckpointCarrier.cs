using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Sets where a stage goes on in a cluster to where it had come in another one.</summary>
/// <remarks>
/// By time, less an overlap: the first record, in the cluster's own order, of the time of the last that was settled elsewhere,
/// or later, does not stand behind that record, so nothing between is left out, however the times jump, as long as both
/// clusters still have the record; the overlap is for when one has not. The stage never goes back behind where it had come here
/// itself, since both have settled a beginning of the partition: so it does no harm to do it again, or in the wrong direction.
/// </remarks>
internal sealed class CheckpointCarrier(StageDefinition stage, ClusterOffsets target, TimeSpan overlap)
{
    /// <summary>Where the stage will go on, without setting it.</summary>
    /// <param name="partitions">The partitions that it will read.</param>
    /// <param name="times">How far others have come, each by partition.</param>
    public IReadOnlyList<ResumePoint> Plan(IReadOnlyList<TopicPartition> partitions, IReadOnlyCollection<IReadOnlyDictionary<TopicPartition, long>> times)
    {
        var committed = target.Committed(Progress.CheckpointGroup(stage), partitions);
        var points = new List<ResumePoint>();
        foreach (var partition in partitions)
        {
            // A checkpoint behind the end is that of a topic that was made anew since.
            var own = committed.TryGetValue(partition, out var offset) && offset <= target.End(partition) ? offset : -1;
            var point = new ResumePoint(partition, own, 0);
            foreach (var elsewhere in times)
            {
                if (elsewhere.TryGetValue(partition, out var time) && target.OffsetAt(partition, time - (long)overlap.TotalMilliseconds) is var from && from > point.Offset)
                {
                    point = new ResumePoint(partition, from, Math.Max(0, target.OffsetAt(partition, time + 1) - from));
                }
            }

            points.Add(point);
        }

        return points;
    }

    /// <summary>Sets it, for the checkpoint and for the trigger. The stage must not run there.</summary>
    public void Set(IReadOnlyList<ResumePoint> points)
    {
        List<TopicPartitionOffset> offsets = [.. points.Where(point => point.Offset >= 0).Select(point => new TopicPartitionOffset(point.Partition, point.Offset))];
        if (offsets.Count > 0)
        {
            foreach (var group in (string[])[.. new[] { Progress.CheckpointGroup(stage), Progress.TriggerGroup(stage) }.Distinct()])
            {
                target.Commit(group, offsets);
            }
        }
    }
}

/// <summary>Where a stage goes on in a partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The first record that it works on; negative is the first that there is.</param>
/// <param name="Again">About how many of those behind were settled elsewhere.</param>
internal sealed record ResumePoint(TopicPartition Partition, long Offset, long Again);
