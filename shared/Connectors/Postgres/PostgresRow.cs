using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>An event as a row, ready to be copied.</summary>
/// <param name="Processed">The event.</param>
/// <param name="Encoder">What encoded it, and knows its columns.</param>
/// <param name="Start">Where the row begins in the buffer.</param>
/// <param name="Length">How many bytes it has there; none where the event deletes.</param>
/// <param name="Id">The event's <c>meta.id</c> in the event's own bytes, quotes included.</param>
/// <param name="Key">In an upsert the key of its row; else null.</param>
/// <param name="Deletes">Whether the event removes the row of its key.</param>
internal readonly record struct PostgresRow(
    ProcessedRecord Processed, PostgresRowEncoder Encoder, int Start, int Length, FieldRange Id, string? Key, bool Deletes)
{
    public long Offset => Processed.Input.Origin.Offset;
}
