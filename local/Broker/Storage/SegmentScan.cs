namespace Millrace.Broker.Storage;

/// <summary>Learns from a segment's batches what is not known of it, and checks them all.</summary>
internal static class SegmentScan
{
    /// <summary>Goes on from what the segment knows of itself up to the end of its file, or to the first byte that is no whole batch.</summary>
    /// <param name="segment">With a <see cref="GrowingIndex"/>.</param>
    /// <param name="fileLength">In bytes.</param>
    /// <param name="producers">Those at the point where the scan begins; at its end afterwards.</param>
    /// <param name="now">In milliseconds since 1970.</param>
    /// <param name="hasGaps">Whether offsets may be missing, as they are after compaction.</param>
    public static void Run(Segment segment, long fileLength, ProducerStates producers, long now, bool hasGaps)
    {
        var bytes = new byte[64 * 1024];
        var header = new byte[BatchHeader.Size];
        while (true)
        {
            // A cursor of its own for each batch: what follows a damaged one must not be looked at.
            var cursor = new BatchCursor(segment.File, segment.Length, fileLength, header);
            if (!cursor.Next() || cursor.Header.BaseOffset < segment.EndOffset || (cursor.Header.BaseOffset > segment.EndOffset && !hasGaps))
            {
                return;
            }

            if (bytes.Length < cursor.Header.TotalSize)
            {
                bytes = new byte[Math.Max(cursor.Header.TotalSize, Math.Min(2L * bytes.Length, Array.MaxLength))];
            }

            var batch = bytes.AsSpan(0, (int)cursor.Header.TotalSize);
            if (segment.File.Read(cursor.Position, batch) < batch.Length || !cursor.Header.Fits(batch))
            {
                return;
            }

            Take(segment, cursor.Header, batch, producers, now);
        }
    }

    private static void Take(Segment segment, in BatchHeader header, ReadOnlySpan<byte> batch, ProducerStates producers, long now)
    {
        segment.Append(header, header.BaseOffset, now);
        if (header.IsControl)
        {
            if (TransactionMarker.IsCommit(batch) is { } committed)
            {
                var since = producers.End(header.ProducerId, header.ProducerEpoch, now);
                if (!committed && since >= 0)
                {
                    segment.Append(new AbortedTransaction(header.ProducerId, since, header.BaseOffset));
                }
            }
        }
        else if (header.ProducerId >= 0)
        {
            producers.Append(header, header.BaseOffset, now);
        }
    }
}
