namespace Millrace.Local;

/// <summary>Every topic that stages read or write exists, and each of its partitions has a leader.</summary>
internal sealed class TopicsCheck : IDoctorCheck
{
    public string Name => "topics";

    public string LooksAt => "every topic that stages read or write exists, with a leader for each partition";

    public bool NeedsBroker => true;

    public IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, CancellationToken cancellation) => Look(subject).ToAsyncEnumerable();

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
}
