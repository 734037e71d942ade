namespace Millrace.Local;

/// <summary>Consumers read what is committed, and no transaction that was left open holds them up.</summary>
internal sealed class IsolationCheck : IDoctorCheck
{
    // By then a transaction of a stage is aborted by the brokers: transaction.timeout.ms of its producer.
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromMinutes(1);

    public string Name => "isolation";

    public string LooksAt => "consumers read what is committed, and no transaction that was left open holds them up";

    public bool NeedsBroker => true;

    public IAsyncEnumerable<DoctorFinding> RunAsync(DoctorSubject subject, CancellationToken cancellation) => Look(subject).ToAsyncEnumerable();

    private static IEnumerable<DoctorFinding> Look(DoctorSubject subject)
    {
        if (subject.Kafka.Client.TryGetValue("isolation.level", out var level) && level != "read_committed")
        {
            yield return DoctorFinding.Error("Kafka:Client:isolation.level", $"It is '{level}': stages would work on events of transactions that are aborted, and that come again.", "Remove the setting; without it, it is read_committed.");
        }

        foreach (var partition in subject.Catalog.Stages.SelectMany(subject.PartitionsRead).Distinct())
        {
            var (stable, end) = (subject.Cluster.StableEnd(partition), subject.Cluster.Ends(partition).High.Value);
            if (stable < end && subject.Cluster.TimeFrom(partition, stable) is { } since && subject.Time.GetUtcNow() - since > LongestTransaction)
            {
                yield return DoctorFinding.Warning($"{partition.Topic} [{partition.Partition.Value}]", $"Consumers that read what is committed end at offset {stable}, before {end}: a transaction is open since a record of {since:yyyy-MM-dd'T'HH:mm:ss'Z'}.", "Start its producer again, which ends it; or kafka-transactions --abort, where that is gone for good.");
            }
        }
    }
}
