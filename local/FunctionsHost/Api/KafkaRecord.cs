// The real type is compiled without nullable annotations; code that compiles against one must compile against the other.
#nullable disable annotations

namespace Microsoft.Azure.Functions.Worker;

/// <summary>A record as the Kafka trigger delivers it.</summary>
public class KafkaRecord
{
    /// <summary>The topic.</summary>
    public string Topic { get; set; }

    /// <summary>The partition of the topic.</summary>
    public int Partition { get; set; }

    /// <summary>The offset within the partition.</summary>
    public long Offset { get; set; }

    /// <summary>The key's bytes; null where the record has none.</summary>
    public byte[] Key { get; set; }

    /// <summary>The value's bytes; null is a tombstone.</summary>
    public byte[] Value { get; set; }

    /// <summary>The record's time.</summary>
    public KafkaTimestamp Timestamp { get; set; }

    /// <summary>The headers, in the record's order; empty where there are none.</summary>
    public KafkaHeader[] Headers { get; set; }
}
