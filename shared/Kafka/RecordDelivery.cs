namespace Millrace.Kafka;

/// <summary>What became of a record that was handed to a <see cref="RecordProducer"/>.</summary>
public enum RecordDelivery
{
    /// <summary>The brokers have acknowledged it.</summary>
    Stored,

    /// <summary>It is not stored, and another try may succeed.</summary>
    NotStored,

    /// <summary>No acknowledgement came in time: it may or may not be stored.</summary>
    Unknown,

    /// <summary>The brokers or the client will not take it as it is, or its topic not at all.</summary>
    Refused,
}
