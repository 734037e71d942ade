namespace Millrace.Broker.Storage;

/// <summary>How a partition is kept.</summary>
internal sealed record LogSettings
{
    /// <summary>The largest batch that is accepted, in bytes (Kafka's <c>max.message.bytes</c>).</summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024 + 12;

    /// <summary>A segment that would grow beyond it is followed by a new one, in bytes (<c>segment.bytes</c>).</summary>
    public int SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>A segment older than that is followed by a new one (<c>segment.ms</c>).</summary>
    public TimeSpan SegmentAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether old segments are deleted (<c>cleanup.policy</c> has <c>delete</c>).</summary>
    public bool Delete { get; init; } = true;

    /// <summary>Whether only the last record of a key is kept (<c>cleanup.policy</c> has <c>compact</c>).</summary>
    public bool Compact { get; init; }

    /// <summary>Old segments go while the others have that many bytes (<c>retention.bytes</c>); null keeps them.</summary>
    public long? RetentionBytes { get; init; }

    /// <summary>Segments whose newest record is older go (<c>retention.ms</c>); null keeps them.</summary>
    public TimeSpan? RetentionTime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a compacted partition keeps the record that deletes a key, and the ends of transactions (<c>delete.retention.ms</c>).</summary>
    public TimeSpan DeleteRetention { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Compaction waits until that part of what could be compacted is new (<c>min.cleanable.dirty.ratio</c>), from 0 to 1.</summary>
    public double MinDirtyRatio { get; init; } = 0.5;

    /// <summary>How many keys compaction remembers at a time; with more of them it goes through the log several times.</summary>
    public int CompactionKeys { get; init; } = 1_000_000;

    /// <summary>When appended records are forced to the storage: never (null), before they are acknowledged (zero), or that often.</summary>
    public TimeSpan? FlushEvery { get; init; }

    /// <summary>After which time without a record a producer's sequence numbers are forgotten (<c>producer.id.expiration.ms</c>).</summary>
    public TimeSpan ProducerExpiry { get; init; } = TimeSpan.FromDays(1);
}
