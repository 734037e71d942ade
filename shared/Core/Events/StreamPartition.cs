namespace Millrace.Core;

/// <summary>One partition of a topic: the unit of order and of ownership.</summary>
/// <param name="Topic">The Kafka topic.</param>
/// <param name="Partition">The partition of the topic, from 0.</param>
public readonly record struct StreamPartition(string Topic, int Partition)
{
    /// <summary><c>topic/partition</c>.</summary>
    public override string ToString() => $"{Topic}/{Partition}";
}
