namespace Millrace.Core;

/// <summary>Where a record stands: the address by which it can always be found again.</summary>
/// <param name="Topic">The Kafka topic.</param>
/// <param name="Partition">The partition of the topic, from 0.</param>
/// <param name="Offset">The offset within the partition, from 0.</param>
public readonly record struct StreamPosition(string Topic, int Partition, long Offset)
{
    /// <summary>The partition that the position is in.</summary>
    public StreamPartition StreamPartition => new(Topic, Partition);

    /// <summary><c>topic/partition/offset</c>.</summary>
    public override string ToString() => $"{Topic}/{Partition}/{Offset}";
}
