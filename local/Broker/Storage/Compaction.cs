using Millrace.Broker.Storage.Records;

namespace Millrace.Broker.Storage;

/// <summary>One compaction of a partition's sealed segments: only the last record of each key stays.</summary>
/// <param name="volume">Where the segments are.</param>
/// <param name="segments">Consecutive, all below the last stable offset; they are read only.</param>
/// <param name="aborted">The aborted transactions that have records in them.</param>
/// <param name="settings">Of the partition.</param>
/// <param name="now">In milliseconds since 1970.</param>
internal sealed class Compaction(
    ILogVolume volume,
    IReadOnlyList<Segment> segments,
    IReadOnlyList<AbortedTransaction> aborted,
    LogSettings settings,
    long now)
{
    private readonly ILookup<long, AbortedTransaction> _aborted = aborted.ToLookup(transaction => transaction.ProducerId);
    private readonly Segment[] _segments = [.. segments];

    /// <summary>When more can be dropped although nothing is appended, in milliseconds since 1970: deletions and markers have their time; null when there are none.</summary>
    public long? NextExpiry { get; private set; }

    /// <summary>Goes through all of it, as often as the room for keys makes necessary.</summary>
    /// <param name="replace">Puts a rewritten segment in place of one of them, and returns what is there now; null when that one is gone, and the compaction ends.</param>
    /// <remarks>A batch whose records cannot be read stays as it is.</remarks>
    /// <exception cref="DamagedSegmentException">There is no batch where one has to be.</exception>
    public void Run(Func<Segment, Segment, Segment?> replace)
    {
        for (var from = _segments[0].BaseOffset; from < _segments[^1].EndOffset;)
        {
            var (latest, to) = Collect(from);
            NextExpiry = null;
            for (var i = 0; i < _segments.Length && _segments[i].BaseOffset < to; i++)
            {
                if (Rewrite(_segments[i], latest, to) is { } rewritten)
                {
                    if (replace(_segments[i], rewritten) is not { } replaced)
                    {
                        return;
                    }

                    _segments[i] = replaced;
                }
            }

            from = to;
        }
    }

    // As many keys from the offset on as there is room for, and the offset up to which that is all of them.
    private (LatestOffsets Latest, long To) Collect(long from)
    {
        var latest = new LatestOffsets(Math.Max(1, settings.CompactionKeys));
        foreach (var segment in _segments.Where(segment => segment.EndOffset > from))
        {
            foreach (var (header, position) in Batches(segment))
            {
                if (header.LastOffset < from || header.IsControl || IsAborted(header) || StoredBatch.TryRead(segment.File, position, header) is not { } batch)
                {
                    continue;
                }

                for (var records = batch.Read(); records.Next();)
                {
                    var offset = header.BaseOffset + records.Current.OffsetDelta;
                    if (offset >= from && records.Current.HasKey && !latest.TryAdd(records.Current.Key, offset))
                    {
                        return (latest, offset);
                    }
                }
            }
        }

        return (latest, _segments[^1].EndOffset);
    }

    private Segment? Rewrite(Segment segment, LatestOffsets latest, long to)
    {
        var isOld = now - segment.Summary.LastAppended >= settings.DeleteRetention.TotalMilliseconds;
        SegmentRewrite? rewrite = null;
        var expires = false;
        foreach (var (header, position) in Batches(segment))
        {
            if (header.BaseOffset >= to)
            {
                rewrite?.Keep(position, header);
            }
            else if (header.IsControl)
            {
                // The transaction's records are gone from this and earlier segments, or were never dropped.
                if (isOld)
                {
                    (rewrite ??= Begin(segment, position)).Drop(header);
                }
                else
                {
                    expires = true;
                    rewrite?.Keep(position, header);
                }
            }
            else if (IsAborted(header))
            {
                (rewrite ??= Begin(segment, position)).Drop(header);
            }
            else if (StoredBatch.TryRead(segment.File, position, header) is { } batch && Select(batch, latest, to, isOld, ref expires) is { } kept)
            {
                (rewrite ??= Begin(segment, position)).Keep(batch, kept);
            }
            else
            {
                rewrite?.Keep(position, header);
            }
        }

        if (expires)
        {
            var expiry = segment.Summary.LastAppended + (long)settings.DeleteRetention.TotalMilliseconds;
            NextExpiry = Math.Min(NextExpiry ?? long.MaxValue, expiry);
        }

        return rewrite?.Complete();
    }

    // The records that stay, as parts of all of them; null when that is what they do.
    private static List<Range>? Select(StoredBatch batch, LatestOffsets latest, long to, bool isOld, ref bool expires)
    {
        var kept = new List<Range>(batch.Header.Count);
        var start = 0;
        for (var records = batch.Read(); records.Next();)
        {
            var record = records.Current;
            var end = start + record.Bytes.Length;
            var offset = batch.Header.BaseOffset + record.OffsetDelta;
            if (offset >= to || (record.HasKey && !latest.HasLater(record.Key, offset) && (record.HasValue || !isOld)))
            {
                expires |= !record.HasValue && offset < to;
                kept.Add(start..end);
            }

            start = end;
        }

        return kept.Count == batch.Header.Count ? null : kept;
    }

    private SegmentRewrite Begin(Segment segment, long position) => new(volume, segment, position);

    private bool IsAborted(BatchHeader header) =>
        header.IsTransactional
        && _aborted[header.ProducerId].Any(transaction => transaction.FirstOffset <= header.BaseOffset && header.BaseOffset <= transaction.LastOffset);

    private static IEnumerable<(BatchHeader Header, long Position)> Batches(Segment segment)
    {
        var buffer = new byte[16 * 1024];
        for (long position = 0; position < segment.Length;)
        {
            // Cursors do not live beyond a yield: one per buffer.
            var found = new List<(BatchHeader Header, long Position)>();
            position = Fill(segment, position, buffer, found);
            foreach (var one in found)
            {
                yield return one;
            }
        }
    }

    private static long Fill(Segment segment, long position, byte[] buffer, List<(BatchHeader Header, long Position)> found)
    {
        const int atOnce = 64;
        var cursor = new BatchCursor(segment.File, position, segment.Length, buffer);
        while (found.Count < atOnce && cursor.Next())
        {
            found.Add((cursor.Header, cursor.Position));
            position = cursor.Position + cursor.Header.TotalSize;
        }

        return cursor.IsDamaged ? throw new DamagedSegmentException(segment.LogName, cursor.Position) : position;
    }
}
