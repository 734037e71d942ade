namespace Millrace.Broker.Storage;

/// <summary>Where a batch stands in its segment.</summary>
/// <param name="Offset">The batch's base offset.</param>
/// <param name="Position">Where it begins, in bytes.</param>
/// <param name="MaxTimestampBefore">The greatest timestamp of the segment's batches before it; -1 when there is none.</param>
internal readonly record struct IndexEntry(long Offset, long Position, long MaxTimestampBefore);
