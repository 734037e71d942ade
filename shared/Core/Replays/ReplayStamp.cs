using System.Text;

namespace Millrace.Core;

/// <summary>What says of a record that it is a failed event, given to its stage once more: a header on the record, and on what the stage makes of it.</summary>
/// <remarks>
/// Its value is <c>topic/partition/offset/error/topic/partition/offset/request</c>, in ASCII: where the event first stood, the id
/// of its error event and where that stands, the request; with <c>/edited</c> behind it where the event is not the one that
/// failed but a corrected copy. It is believed on the stage's own <see cref="StageDefinition.ReplayTopic"/> alone;
/// on any other input it is no more than what somebody wrote there, and is not passed on.
/// </remarks>
public sealed record ReplayStamp
{
    /// <summary>The header's name.</summary>
    public const string HeaderName = "millrace-replay";

    private const string Edited = "edited";
    private const string End = "end";
    private const int MaxLength = 1024;

    /// <summary>Where the event stood when its stage was first given it, on this cluster.</summary>
    public required StreamPosition Origin { get; init; }

    /// <summary>The id of the error event that is replayed.</summary>
    public required Guid ErrorId { get; init; }

    /// <summary>Where that error event stands.</summary>
    public required StreamPosition Error { get; init; }

    /// <summary>The request that the replay is part of.</summary>
    public required Guid Request { get; init; }

    /// <summary>Whether the event is a corrected copy.</summary>
    public bool IsEdited { get; init; }

    /// <summary>The stamp as a header.</summary>
    public RecordHeader Header() => new(HeaderName, Encoding.ASCII.GetBytes(ToString()));

    /// <summary>A record without an event, behind the last of a request: what stands at a partition's end is then a record, and no marker of a transaction.</summary>
    /// <remarks>
    /// Nobody is given a marker, so that a group which has read everything still seems to be one behind, and a stage that is
    /// scaled by its lag would be kept awake by it for ever.
    /// </remarks>
    public static RecordHeader EndHeader { get; } = new(HeaderName, Encoding.ASCII.GetBytes(End));

    /// <summary>Reads the stamp of a record; null where it has none, or nothing that could be one.</summary>
    public static ReplayStamp? Read(EventRecord record) =>
        Find(record) is { Length: <= MaxLength } value ? Parse(Encoding.ASCII.GetString(value)) : null;

    /// <summary>Whether the record is the end of a request, and no event.</summary>
    internal static bool IsEnd(EventRecord record) => record.Value is null && Find(record).AsSpan().SequenceEqual(EndHeader.Value);

    /// <summary>The header's value.</summary>
    public override string ToString() => $"{Origin}/{ErrorId:D}/{Error}/{Request:D}{(IsEdited ? "/" + Edited : "")}";

    private static byte[]? Find(EventRecord record)
    {
        byte[]? found = null;
        foreach (var header in record.Headers)
        {
            if (header.Name == HeaderName)
            {
                found = header.Value;
            }
        }

        return found;
    }

    private static ReplayStamp? Parse(string text)
    {
        const int Request = 7, Edit = 8;
        var parts = text.Split('/');
        return (parts.Length == Edit || (parts.Length == Edit + 1 && parts[Edit] == Edited))
            && StreamPosition.TryParse(string.Join('/', parts[..3]), out var origin)
            && Guid.TryParseExact(parts[3], "D", out var id)
            && StreamPosition.TryParse(string.Join('/', parts[4..Request]), out var error)
            && Guid.TryParseExact(parts[Request], "D", out var request)
            ? new ReplayStamp { Origin = origin, ErrorId = id, Error = error, Request = request, IsEdited = parts.Length > Edit }
            : null;
    }
}
