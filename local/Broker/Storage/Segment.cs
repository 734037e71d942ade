namespace Millrace.Broker.Storage;

/// <summary>A file of batches and what is known of it; not thread-safe, but for what is sealed.</summary>
internal sealed class Segment(long baseOffset, ILogFile file, SegmentSummary summary, ISegmentIndex index, long created)
{
    private GrowingIndex? _growing = index as GrowingIndex;

    /// <summary>The name of a segment's batches.</summary>
    public const string LogSuffix = ".log";

    /// <summary>The name of what is beside them.</summary>
    public const string SidecarSuffix = ".index";

    public long BaseOffset => baseOffset;

    public ILogFile File => file;

    public SegmentSummary Summary { get; private set; } = summary;

    public ISegmentIndex Index { get; private set; } = index;

    /// <summary>When it was begun, in milliseconds since 1970 by the broker's clock.</summary>
    public long Created { get; private set; } = created;

    public long Length => Summary.Length;

    public long EndOffset => Summary.EndOffset;

    public string LogName => NameOf(baseOffset) + LogSuffix;

    public string SidecarName => NameOf(baseOffset) + SidecarSuffix;

    /// <summary>The part of the names that its files have in common.</summary>
    public static string NameOf(long baseOffset) => baseOffset.ToString("D20", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Takes note of a batch that was written at the end of the file.</summary>
    /// <param name="header">The batch, of which the base offset may not have been set yet.</param>
    /// <param name="offset">The base offset that it got.</param>
    /// <param name="now">In milliseconds since 1970.</param>
    public void Append(in BatchHeader header, long offset, long now)
    {
        var known = Summary;
        if (known.Length == 0)
        {
            Created = now;
        }

        Growing.Add(new IndexEntry(offset, known.Length, known.MaxTimestamp));
        var isLater = header.MaxTimestamp > known.MaxTimestamp;
        Summary = known with
        {
            Length = known.Length + header.TotalSize,
            EndOffset = offset + header.LastOffsetDelta + 1,
            MaxTimestamp = isLater ? header.MaxTimestamp : known.MaxTimestamp,
            MaxTimestampPosition = isLater ? known.Length : known.MaxTimestampPosition,
            LastAppended = now,
        };
    }

    /// <summary>Takes note of an aborted transaction whose marker is in the segment.</summary>
    public void Append(in AbortedTransaction transaction)
    {
        Growing.Add(transaction);
        Summary = Summary with { FirstAborted = Math.Min(Summary.FirstAborted, transaction.FirstOffset) };
    }

    /// <summary>Uses the index beside the segment from now on, instead of one in memory.</summary>
    public void Seal(Sidecar sidecar)
    {
        Index = sidecar;
        _growing = null;
    }

    /// <summary>Where the first batch stands that has the offset or is behind it; null when it is in none.</summary>
    /// <exception cref="DamagedSegmentException">There is no batch where one has to be.</exception>
    public IndexEntry? Find(long offset)
    {
        var from = Index.LastUpToOffset(offset) ?? new IndexEntry(BaseOffset, 0, -1);
        var cursor = new BatchCursor(File, from.Position, Length, stackalloc byte[1024]);
        var maxBefore = from.MaxTimestampBefore;
        while (cursor.Next())
        {
            if (cursor.Header.LastOffset >= offset)
            {
                return new IndexEntry(cursor.Header.BaseOffset, cursor.Position, maxBefore);
            }

            maxBefore = Math.Max(maxBefore, cursor.Header.MaxTimestamp);
        }

        return cursor.IsDamaged ? throw new DamagedSegmentException(LogName, cursor.Position) : null;
    }

    /// <summary>The base offset of the batch that begins there.</summary>
    /// <exception cref="DamagedSegmentException">None does.</exception>
    public long OffsetAt(long position)
    {
        var cursor = new BatchCursor(File, position, Length, stackalloc byte[BatchHeader.Size]);
        return cursor.Next() ? cursor.Header.BaseOffset : throw new DamagedSegmentException(LogName, position);
    }

    /// <summary>The end of the batches from <paramref name="start"/> on that have no more than that many bytes together, but of the first one in any case.</summary>
    /// <param name="start">Where a batch begins.</param>
    /// <param name="end">Where the last batch that may be taken ends.</param>
    /// <param name="maxBytes">How many bytes to take, if possible.</param>
    /// <exception cref="DamagedSegmentException">There is no batch where one has to be.</exception>
    public long EndWithin(long start, long end, int maxBytes)
    {
        if (end - start <= maxBytes)
        {
            return end;
        }

        // A few kilobytes less than possible cost nothing; a walk through a megabyte of small batches does.
        if (Index.LastUpToPosition(start + maxBytes) is { } entry && entry.Position > start)
        {
            return entry.Position;
        }

        var cursor = new BatchCursor(File, start, end, stackalloc byte[1024]);
        var found = start;
        while (cursor.Next())
        {
            var next = cursor.Position + cursor.Header.TotalSize;
            if (found > start && next - start > maxBytes)
            {
                return found;
            }

            found = next;
        }

        // What is whole before the damage can be read.
        return cursor.IsDamaged && found == start ? throw new DamagedSegmentException(LogName, cursor.Position) : found;
    }

    private GrowingIndex Growing => _growing ?? throw new InvalidOperationException($"The segment {LogName} is sealed.");
}
