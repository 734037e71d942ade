namespace Millrace.Core;

/// <summary>A record to be produced: an emitted event, an error event, or the mark of one that was replayed.</summary>
public sealed record OutputRecord
{
    /// <summary>The topic to produce to.</summary>
    public required string Topic { get; init; }

    /// <summary>The key's bytes; null where the stream has no key.</summary>
    public byte[]? Key { get; init; }

    /// <summary>The event's bytes.</summary>
    public required byte[] Value { get; init; }

    /// <summary>The input's headers, with a <c>traceparent</c> of this record's own.</summary>
    public IReadOnlyList<RecordHeader> Headers { get; init; } = [];

    /// <summary>The record's time: when the platform made it, which is also the event's <c>meta.dt</c>.</summary>
    public DateTimeOffset Timestamp { get; init; }
}
