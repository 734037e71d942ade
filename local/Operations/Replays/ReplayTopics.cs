using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>The topics of a stage that a replay is written to, as they are on the cluster.</summary>
/// <param name="Partitions">How many partitions the topic of replays has.</param>
/// <param name="MaxRecordBytes">The largest batch of records that it takes, in bytes.</param>
internal sealed record ReplayTopics(int Partitions, long MaxRecordBytes)
{
    // What a batch with one record has besides the record.
    private const int BatchBytes = 256;

    /// <summary>Looks at them.</summary>
    /// <exception cref="UsageException">One does not exist.</exception>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public static async Task<ReplayTopics> FindAsync(ClusterReader cluster, Platform platform, StageDefinition stage)
    {
        var partitions = await cluster.PartitionsAsync([.. stage.OwnTopics.Select(topic => topic.Name)]);
        foreach (var topic in stage.OwnTopics.Where(topic => partitions.All(partition => partition.Topic != topic.Name)))
        {
            throw new UsageException($"There is no topic {topic.Name}, for {topic.Purpose}. Create it: {topic.CreateCommand(platform.Kafka.BootstrapServers)}");
        }

        return new ReplayTopics(partitions.Count(partition => partition.Topic == stage.ReplayTopic), await cluster.MaxRecordBytesAsync(stage.ReplayTopic));
    }

    /// <summary>Why a record cannot be written; null where it can.</summary>
    public string? WhyNot(StageDefinition stage, StreamPosition origin, EventRecord record) =>
        origin.Partition >= Partitions ? $"it first was in partition {origin.Partition}, and {stage.ReplayTopic} has {Partitions} partitions; give it as many as {origin.Topic} has"
        : record.Size + BatchBytes > MaxRecordBytes ? $"with its headers it has {record.Size:N0} bytes, and {stage.ReplayTopic} takes {MaxRecordBytes:N0} (max.message.bytes)"
        : null;
}
