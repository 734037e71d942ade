namespace Millrace.Core;

/// <summary>A Kafka record as it came: nothing decoded, nothing copied.</summary>
/// <remarks>The arrays are shared with whoever delivered the record and are never written to.</remarks>
public sealed class EventRecord
{
    /// <summary>Where the record stands.</summary>
    public required StreamPosition Position { get; init; }

    /// <summary>The key's bytes; null where the record has none.</summary>
    public byte[]? Key { get; init; }

    /// <summary>The value's bytes, UTF-8 JSON if all is well; null is a tombstone.</summary>
    public byte[]? Value { get; init; }

    /// <summary>The headers, in the record's order.</summary>
    public IReadOnlyList<RecordHeader> Headers { get; init; } = [];

    /// <summary>The record's time, as the producer or the broker stamped it.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>What it is a replay of; null of nearly all records. Only a record of the stage's own replay topic has it.</summary>
    public ReplayStamp? Replay { get; private init; }

    /// <summary>Where the event stood when the stage was first given it: <see cref="Position"/>, but for a replay.</summary>
    public StreamPosition Origin => Replay is null ? Position : Replay.Origin;

    /// <summary>What the record weighs against limits of memory: its key, value and headers, in bytes.</summary>
    public int Size
    {
        get
        {
            var size = (Key?.Length ?? 0) + (Value?.Length ?? 0);
            foreach (var header in Headers)
            {
                size += header.Name.Length + (header.Value?.Length ?? 0);
            }

            return size;
        }
    }

    /// <summary>The record as what its stamp says that it is; as it is where it has none, or one of another partition.</summary>
    internal EventRecord AsReplay() => ReplayStamp.Read(this) is { } stamp && stamp.Origin.Partition == Position.Partition
        ? new EventRecord { Position = Position, Key = Key, Value = Value, Headers = Headers, Timestamp = Timestamp, Replay = stamp }
        : this;
}
