namespace Microsoft.Azure.Functions.Worker;

/// <summary>The time of a record.</summary>
public class KafkaTimestamp
{
    /// <summary>Milliseconds since 1970-01-01T00:00:00Z.</summary>
    public long UnixTimestampMs { get; set; }

    /// <summary>Who stamped the record.</summary>
    /// <remarks>The trigger always leaves it at <see cref="KafkaTimestampType.NotAvailable"/>, as the real one does.</remarks>
    public KafkaTimestampType Type { get; set; }

    /// <summary>The same time as a <see cref="System.DateTimeOffset"/>, in UTC.</summary>
    public DateTimeOffset DateTimeOffset => DateTimeOffset.FromUnixTimeMilliseconds(UnixTimestampMs);
}
