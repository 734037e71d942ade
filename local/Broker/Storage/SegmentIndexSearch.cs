namespace Millrace.Broker.Storage;

/// <summary>Searches an index by any of its numbers.</summary>
internal static class SegmentIndexSearch
{
    /// <summary>The last entry of a batch at or below the offset; null when all are above.</summary>
    public static IndexEntry? LastUpToOffset(this ISegmentIndex index, long offset) => Last(index, entry => entry.Offset <= offset);

    /// <summary>The last entry of a batch at or before the position; null when all are behind.</summary>
    public static IndexEntry? LastUpToPosition(this ISegmentIndex index, long position) => Last(index, entry => entry.Position <= position);

    /// <summary>The last entry before which there is nothing of that time or later; null when there is no entry.</summary>
    public static IndexEntry? LastBefore(this ISegmentIndex index, long timestamp) => Last(index, entry => entry.MaxTimestampBefore < timestamp);

    private static IndexEntry? Last(ISegmentIndex index, Func<IndexEntry, bool> isUpTo)
    {
        IndexEntry? found = null;
        var (low, high) = (0, index.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var entry = index[middle];
            if (isUpTo(entry))
            {
                found = entry;
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return found;
    }
}
