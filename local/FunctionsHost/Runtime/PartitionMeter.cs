using System.Diagnostics.Metrics;

namespace Millrace.FunctionsHost;

/// <summary>Counts the partitions that a consumer is given and loses, in the meter <c>Millrace.FunctionsHost</c>: what a rebalance is to it.</summary>
internal sealed class PartitionMeter(string group)
{
    private static readonly Meter Meter = new("Millrace.FunctionsHost");

    private static readonly Counter<long> Changes = Meter.CreateCounter<long>(
        "millrace.kafka.partition.changes", "{partition}", "Partitions that consumers of this process were assigned, gave back when they were revoked, or lost to a group that went on without them.");

    /// <summary>They are this consumer's now.</summary>
    public void Assigned(int partitions) => Count("assigned", partitions);

    /// <summary>They are another's from now on, or nobody's.</summary>
    public void Revoked(int partitions) => Count("revoked", partitions);

    /// <summary>They were another's before this consumer knew.</summary>
    public void Lost(int partitions) => Count("lost", partitions);

    private void Count(string change, int partitions)
    {
        if (partitions > 0)
        {
            Changes.Add(partitions, new("messaging.consumer.group.name", group), new("millrace.change", change));
        }
    }
}
