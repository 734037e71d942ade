using System.Globalization;
using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Events are read before they are deleted: for their lag, and for the times that they carry.</summary>
internal sealed class RetentionCheck : IDoctorCheck
{
    public string Name => "retention";

    public string LooksAt => "events are read before they are deleted, by the stages' lag and by the times of the oldest records";

    public bool NeedsBroker => true;

    public async IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var stage in subject.Catalog.Stages)
        {
            var partitions = subject.PartitionsRead(stage);
            var next = NextOffsets(subject.Cluster, stage, partitions);
            foreach (var topic in partitions.GroupBy(partition => partition.Topic))
            {
                var retention = TopicRetention.Of(await subject.Cluster.SettingsAsync(topic.Key));
                foreach (var finding in topic.Select(partition => Look(subject, stage, partition, next.TryGetValue(partition, out var offset) ? offset : null, retention)).OfType<DoctorFinding>())
                {
                    yield return finding;
                }
            }
        }
    }

    // The checkpoint decides where a stage goes on; where there is none, what its trigger's group has committed.
    private static Dictionary<TopicPartition, long> NextOffsets(Cluster cluster, StageDefinition stage, IReadOnlyList<TopicPartition> partitions)
    {
        var next = new Dictionary<TopicPartition, long>(cluster.Committed(stage.Name, partitions));
        foreach (var (partition, offset) in cluster.Committed($"{stage.Name}.checkpoint", partitions))
        {
            next[partition] = offset;
        }

        return next;
    }

    private static DoctorFinding? Look(DoctorSubject subject, StageDefinition stage, TopicPartition partition, long? next, TimeSpan? retention)
    {
        var place = $"{stage.Name}, {partition.Topic} [{partition.Partition.Value}]";
        var ends = subject.Cluster.Ends(partition);
        if (next < ends.Low.Value)
        {
            return DoctorFinding.Error(place, $"{ends.Low.Value - next} offsets were deleted before the stage had read them: it stands at {next}, and the partition begins at {ends.Low.Value}.", "Raise retention.ms of the topic, and read what was lost from where it came from (millrace backfill).");
        }

        if (retention is not { } limit || ends.Low.Value == ends.High.Value)
        {
            return null;
        }

        var raise = $"kafka-configs --alter --entity-type topics --entity-name {partition.Topic} --add-config retention.ms=…, or -1 for ever";
        if ((next ?? ends.Low.Value) < ends.High.Value && subject.Cluster.TimeFrom(partition, next ?? ends.Low.Value) is { } waiting && subject.Time.GetUtcNow() - waiting > limit / 2)
        {
            return DoctorFinding.Warning(place, $"The next event that it is to read is of {Time(waiting)}, {Age(subject, waiting)} ago, and the topic keeps {TopicRetention.Words(limit)}.", $"Let the stage catch up, with more replicas; {raise}.");
        }

        return subject.Cluster.TimeFrom(partition, ends.Low.Value) is { } oldest && subject.Time.GetUtcNow() - oldest > limit
            ? DoctorFinding.Warning(place, $"Its oldest record is of {Time(oldest)}, {Age(subject, oldest)} ago, and the topic keeps {TopicRetention.Words(limit)}: it goes with its segment. Records carry the times of their events where message.timestamp.type is CreateTime, so that a capture or a backfill may be older than all retention when it is written.", $"{raise}; or message.timestamp.type=LogAppendTime.")
            : null;
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Age(DoctorSubject subject, DateTimeOffset time) => TopicRetention.Words(subject.Time.GetUtcNow() - time);
}
