namespace Millrace.Local;

/// <summary>Every topic that stages read or write exists, and each of its partitions has a leader.</summary>
internal sealed class TopicsCheck : IDoctorCheck
{
    public string Name => "topics";

    public string LooksAt => "every topic that stages read or write exists, with a leader for each partition, and those that replays need";

    public bool NeedsBroker => true;

    public IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, CancellationToken cancellation) => Look(subject).ToAsyncEnumerable().Concat(LookAtOwnAsync(subject));

    private static IEnumerable<DoctorFinding> Look(DoctorSubject subject)
    {
        foreach (var (name, stream) in subject.Topics)
        {
            if (subject.Cluster.Topic(name) is not { } topic)
            {
                yield return DoctorFinding.Error(name, $"The topic does not exist; it carries the stream {stream.Name}.", $"Create it: kafka-topics --create --topic {name} --partitions {stream.Partitions} --bootstrap-server {subject.Kafka.BootstrapServers}");
                continue;
            }

            foreach (var partition in topic.Partitions.Where(partition => partition.Leader < 0))
            {
                yield return DoctorFinding.Error($"{name} [{partition.PartitionId}]", "The partition has no leader: nothing can be read from it or written to it.", "Start the brokers that have its replicas.");
            }
        }
    }

    // A stage works without its own topics; only what failed cannot be given to it again.
    private static async IAsyncEnumerable<DoctorFinding> LookAtOwnAsync(DoctorSubject subject)
    {
        foreach (var (stage, own) in subject.Catalog.Stages.SelectMany(stage => stage.OwnTopics.Select(topic => (stage, topic))))
        {
            if (subject.Cluster.Topic(own.Name) is not { } topic)
            {
                yield return DoctorFinding.Warning(own.Name, $"The topic does not exist; it is for {own.Purpose}. Nothing can be replayed (millrace errors replay) without it.", $"Create it: {own.CreateCommand(subject.Kafka.BootstrapServers)}");
                continue;
            }

            var widest = stage.InputTopics.Select(input => subject.Cluster.PartitionsOf(input).Count).DefaultIfEmpty().Max();
            if (!own.IsCompacted && topic.Partitions.Count < widest)
            {
                yield return DoctorFinding.Warning(own.Name, $"The topic has {topic.Partitions.Count} partitions, and the widest topic that {stage.Name} reads {widest}: events of further partitions cannot be replayed.", $"kafka-topics --alter --topic {own.Name} --partitions {widest} --bootstrap-server {subject.Kafka.BootstrapServers}");
            }

            if (own.IsCompacted && (await subject.Cluster.SettingsAsync(own.Name)).GetValueOrDefault("cleanup.policy") is { } policy && policy != "compact")
            {
                yield return DoctorFinding.Warning(own.Name, $"cleanup.policy is '{policy}': what became of an error event is forgotten after a time, and it seems to be open again.", $"kafka-configs --alter --entity-type topics --entity-name {own.Name} --add-config cleanup.policy=compact --bootstrap-server {subject.Kafka.BootstrapServers}");
            }
        }
    }
}
