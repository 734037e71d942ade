namespace Millrace.Broker.Storage;

/// <summary>What is known of a segment without reading it.</summary>
/// <param name="Length">Of the segment in bytes.</param>
/// <param name="EndOffset">The offset that follows its last record, whether or not that record is still there.</param>
/// <param name="MaxTimestamp">The greatest of its batches; -1 when there is none.</param>
/// <param name="MaxTimestampPosition">Where the first batch with that timestamp stands.</param>
/// <param name="LastAppended">When it was last appended to, in milliseconds since 1970 by the broker's clock.</param>
/// <param name="FirstAborted">The first offset of the aborted transactions that end in it; <see cref="long.MaxValue"/> without any.</param>
internal readonly record struct SegmentSummary(
    long Length,
    long EndOffset,
    long MaxTimestamp,
    long MaxTimestampPosition,
    long LastAppended,
    long FirstAborted)
{
    /// <summary>Of a segment without records.</summary>
    public static SegmentSummary Empty(long baseOffset, long now) => new(0, baseOffset, -1, 0, now, long.MaxValue);
}
