using Millrace.Broker.Storage.Records;

namespace Millrace.Broker.Storage;

/// <summary>A copy of a sealed segment from which records are left out, prepared beside it.</summary>
internal sealed class SegmentRewrite
{
    private readonly ILogVolume _volume;
    private readonly Segment _from;
    private readonly Segment _to;
    private readonly HashSet<long> _droppedMarkers = [];

    /// <summary>Begins one with everything up to the first batch that is not kept as it is.</summary>
    public SegmentRewrite(ILogVolume volume, Segment from, long position)
    {
        _volume = volume;
        _from = from;
        var file = volume.Open(from.LogName + SegmentSwap.Prepared);
        file.Truncate(0);
        _to = new Segment(from.BaseOffset, file, SegmentSummary.Empty(from.BaseOffset, from.Summary.LastAppended), new GrowingIndex(), from.Created);

        var cursor = new BatchCursor(from.File, 0, position, new byte[4096]);
        while (cursor.Next())
        {
            Keep(cursor.Position, cursor.Header);
        }
    }

    /// <summary>Copies a batch.</summary>
    public void Keep(long position, in BatchHeader header)
    {
        using var buffer = new PooledBytes((int)header.TotalSize);
        if (_from.File.Read(position, buffer.Span) < buffer.Span.Length)
        {
            throw new DamagedSegmentException(_from.LogName, position);
        }

        Append(buffer.Span);
    }

    /// <summary>Writes a batch with some of its records, at the same offsets and of the same producer; nothing when there are none.</summary>
    public void Keep(StoredBatch batch, IReadOnlyList<Range> records)
    {
        if (records.Count == 0)
        {
            return;
        }

        var kept = new MemoryStream();
        foreach (var range in records)
        {
            kept.Write(batch.Records.AsSpan(range));
        }

        var body = Codec.Compress(batch.Header.Codec, kept.GetBuffer().AsSpan(0, (int)kept.Length));
        var bytes = new byte[BatchHeader.Size + body.Length];
        body.CopyTo(bytes, BatchHeader.Size);
        BatchHeader.Write(bytes, batch.Header.Attributes, BatchFields.Of(batch.Header) with { MaxTimestamp = MaxTimestamp(batch, records) }, records.Count);
        Append(bytes);
    }

    /// <summary>Leaves a batch out.</summary>
    public void Drop(in BatchHeader header)
    {
        if (header.IsControl)
        {
            _droppedMarkers.Add(header.BaseOffset);
        }
    }

    /// <summary>Completes the copy: it and its sidecar are on the storage, ready for <see cref="SegmentSwap"/>.</summary>
    public Segment Complete()
    {
        // A reader that were told of an aborted transaction without its marker would wait for the marker, and drop what follows.
        foreach (var transaction in _from.Index.Aborted.Where(transaction => !_droppedMarkers.Contains(transaction.LastOffset)))
        {
            _to.Append(transaction);
        }

        _to.File.Flush();
        var summary = _to.Summary with { EndOffset = _from.EndOffset, LastAppended = _from.Summary.LastAppended };
        var name = _from.SidecarName;
        using var before = Sidecar.TryOpen(_volume, name);
        var producers = before?.ReadProducers() ?? throw new IOException($"{name} cannot be read.");
        using var sidecar = Sidecar.Write(_volume, name + SegmentSwap.Prepared, summary, _to.Index, producers);
        return new Segment(_from.BaseOffset, _to.File, summary, _to.Index, _from.Created);
    }

    private static long MaxTimestamp(StoredBatch batch, IReadOnlyList<Range> ranges)
    {
        var greatest = -1L;
        foreach (var range in ranges)
        {
            var records = new RecordReader(batch.Records.AsSpan(range), 1);
            if (records.Next())
            {
                greatest = Math.Max(greatest, batch.TimestampOf(records.Current));
            }
        }

        return greatest;
    }

    private void Append(ReadOnlySpan<byte> batch)
    {
        _to.File.Write(_to.Length, batch);
        var header = BatchHeader.Read(batch);
        _to.Append(header, header.BaseOffset, _from.Summary.LastAppended);
    }
}
