using Millrace.Core;

namespace Millrace.Local;

/// <summary>An error event that is to be replayed, with all that its record has.</summary>
/// <param name="Event">The error event.</param>
/// <param name="Record">The record of it, which has the key and the headers of the input.</param>
internal sealed record FailedRecord(FailedEvent Event, EventRecord Record) : IComparable<FailedRecord>
{
    /// <summary>Where the input first stood; without a topic where the error event does not say.</summary>
    public StreamPosition Origin { get; } = StreamPosition.TryParse(Event.Source, out var origin) ? origin : new StreamPosition("", 0, 0);

    /// <summary>The id; null where the error event has none that a mark could have.</summary>
    public Guid? Id { get; } = Guid.TryParseExact(Event.Id, "D", out var id) ? id : null;

    /// <summary>The order of replays: that of the inputs' positions; of one input, the newest error event last.</summary>
    public int CompareTo(FailedRecord? other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var byOrigin = Compare(Origin, other.Origin);
        return byOrigin != 0 ? byOrigin : Event.Time != other.Event.Time ? Event.Time.CompareTo(other.Event.Time) : Compare(Record.Position, other.Record.Position);
    }

    /// <summary>The order of positions: by topic, partition and offset.</summary>
    public static int Compare(StreamPosition one, StreamPosition other) =>
        string.CompareOrdinal(one.Topic, other.Topic) is var topic && topic != 0 ? topic
        : one.Partition != other.Partition ? one.Partition.CompareTo(other.Partition)
        : one.Offset.CompareTo(other.Offset);
}
