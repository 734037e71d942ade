using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>How far a stage has come in a cluster: which groups tell, and at what time the last record stood that it settled.</summary>
/// <remarks>
/// An offset means nothing on another cluster, a time does. The times of one cluster are kept in another as the committed
/// offsets of a group <c>DATACENTER.STAGE.time</c>, in Unix milliseconds, for the day when the first cannot be asked.
/// </remarks>
internal static class Progress
{
    /// <summary>The group that decides where a stage goes on.</summary>
    public static string CheckpointGroup(StageDefinition stage) => stage.Options.Delivery == Delivery.ExactlyOnce ? $"{stage.Name}.checkpoint" : stage.Name;

    /// <summary>The group that the stage's trigger commits, and that KEDA measures.</summary>
    public static string TriggerGroup(StageDefinition stage) => stage.Name;

    /// <summary>The group that keeps the times of another datacenter.</summary>
    public static string TimesGroup(StageDefinition stage, string datacenter) => $"{datacenter}.{stage.Name}.time";

    /// <summary>For each partition the time of the last record that the stage has settled; those of which it has none are left out.</summary>
    public static IReadOnlyDictionary<TopicPartition, long> Times(ClusterOffsets cluster, StageDefinition stage, IReadOnlyList<TopicPartition> partitions)
    {
        var times = new Dictionary<TopicPartition, long>();
        foreach (var (partition, checkpoint) in cluster.Committed(CheckpointGroup(stage), partitions))
        {
            if (cluster.TimeBefore(partition, checkpoint) is { } time)
            {
                times[partition] = time;
            }
        }

        return times;
    }
}
