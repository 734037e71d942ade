using Millrace.Broker.Storage.Records;

namespace Millrace.Broker.Storage;

// Finding records by their timestamps.
internal sealed partial class PartitionLog
{
    /// <summary>The first record that has the timestamp or a later one; null when there is none.</summary>
    /// <param name="timestamp">In milliseconds since 1970.</param>
    /// <exception cref="StorageException">A segment is damaged, or cannot be read.</exception>
    public OffsetAndTime? FindByTime(long timestamp)
    {
        lock (_gate)
        {
            return Guarded(() => FindByTimeUnlocked(timestamp));
        }
    }

    /// <summary>The first record that has the greatest timestamp of all; null when there is no record with one.</summary>
    /// <exception cref="StorageException">A segment is damaged, or cannot be read.</exception>
    public OffsetAndTime? MaxTimestamp()
    {
        lock (_gate)
        {
            return Guarded(() =>
            {
                // Only the first segment can have records that are no longer to be seen.
                var greatest = GreatestOfFirst();
                foreach (var segment in _segments.Skip(1))
                {
                    greatest = Math.Max(greatest, segment.Summary.MaxTimestamp);
                }

                return greatest < 0 ? null : FindByTimeUnlocked(greatest);
            });
        }
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return _isClosed ? throw new StorageException($"{_volume.Name}: the partition was deleted, or is being closed.") : read();
        }
        catch (Exception e) when (e is IOException or DamagedSegmentException)
        {
            LogReadFailed(_logger, _volume.Name, _startOffset, e);
            throw new StorageException($"{_volume.Name}: {e.Message}", e);
        }
    }

    private OffsetAndTime? FindByTimeUnlocked(long timestamp)
    {
        Span<byte> buffer = stackalloc byte[1024];
        foreach (var segment in _segments)
        {
            if (segment.Summary.MaxTimestamp < timestamp || segment.Length == 0)
            {
                continue;
            }

            var cursor = new BatchCursor(segment.File, segment.Index.LastBefore(timestamp)?.Position ?? 0, segment.Length, buffer);
            while (cursor.Next())
            {
                if (cursor.Header.MaxTimestamp >= timestamp && cursor.Header.LastOffset >= _startOffset
                    && FirstFrom(segment, cursor.Position, cursor.Header, timestamp) is { } found)
                {
                    return found;
                }
            }

            if (cursor.IsDamaged)
            {
                throw new DamagedSegmentException(segment.LogName, cursor.Position);
            }
        }

        return null;
    }

    private OffsetAndTime? FirstFrom(Segment segment, long position, in BatchHeader header, long timestamp)
    {
        try
        {
            var batch = StoredBatch.Read(segment.File, position, header);
            for (var records = batch.Read(); records.Next();)
            {
                var found = new OffsetAndTime(header.BaseOffset + records.Current.OffsetDelta, batch.TimestampOf(records.Current));
                if (found.Timestamp >= timestamp && found.Offset >= _startOffset)
                {
                    return found;
                }
            }

            return null;
        }
        catch (InvalidDataException e)
        {
            // Whoever begins there misses nothing, and finds out what is wrong with it.
            LogReadFailed(_logger, _volume.Name, header.BaseOffset, e);
            return new OffsetAndTime(Math.Max(header.BaseOffset, _startOffset), header.MaxTimestamp);
        }
    }

    private long GreatestOfFirst()
    {
        var segment = _segments[0];
        if (_startOffset == segment.BaseOffset)
        {
            return segment.Summary.MaxTimestamp;
        }

        var greatest = -1L;
        if (segment.Find(_startOffset) is not { } start)
        {
            return greatest;
        }

        var cursor = new BatchCursor(segment.File, start.Position, segment.Length, stackalloc byte[1024]);
        while (cursor.Next())
        {
            greatest = Math.Max(greatest, cursor.Header.BaseOffset >= _startOffset ? cursor.Header.MaxTimestamp : GreatestVisible(segment, cursor.Position, cursor.Header));
        }

        return greatest;
    }

    // Of a batch that has records on both sides of the start.
    private long GreatestVisible(Segment segment, long position, in BatchHeader header)
    {
        try
        {
            var batch = StoredBatch.Read(segment.File, position, header);
            var greatest = -1L;
            for (var records = batch.Read(); records.Next();)
            {
                if (header.BaseOffset + records.Current.OffsetDelta >= _startOffset)
                {
                    greatest = Math.Max(greatest, batch.TimestampOf(records.Current));
                }
            }

            return greatest;
        }
        catch (InvalidDataException)
        {
            return header.MaxTimestamp;
        }
    }
}
