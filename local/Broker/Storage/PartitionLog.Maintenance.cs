namespace Millrace.Broker.Storage;

// What happens from time to time: retention, compaction, expiry.
internal sealed partial class PartitionLog
{
    private readonly Lock _maintenance = new();

    /// <summary>Makes the records below an offset unavailable, and deletes the segments that have no others.</summary>
    /// <param name="before">-1 is <see cref="EndOffset"/>.</param>
    /// <param name="startOffset">The first offset that is left.</param>
    public KafkaError DeleteRecords(long before, out long startOffset)
    {
        List<Segment> gone;
        lock (_gate)
        {
            startOffset = _startOffset;
            if (_isClosed)
            {
                return KafkaError.UnknownTopicOrPartition;
            }

            var wanted = before == -1 ? Active.EndOffset : before;
            if (wanted < 0 || wanted > Active.EndOffset)
            {
                return KafkaError.OffsetOutOfRange;
            }

            try
            {
                if (wanted > _startOffset)
                {
                    StartOffsetFile.Write(_volume, wanted);
                    _startOffset = wanted;
                }

                if (Active.Length > 0 && wanted == Active.EndOffset)
                {
                    Roll(_settings);
                }

                gone = TakeSegmentsBelowStart();
            }
            catch (IOException e)
            {
                LogWriteFailed(_logger, _volume.Name, wanted, e);
                return KafkaError.KafkaStorageError;
            }

            startOffset = _startOffset;
        }

        DeleteFiles(gone);
        _signal.Raise();
        return KafkaError.None;
    }

    /// <summary>Deletes and compacts what the settings say, forgets idle producers, and flushes if it is time; to be called every few seconds.</summary>
    /// <remarks>Appends and reads go on meanwhile. What fails is logged and tried again the next time.</remarks>
    public void Maintain()
    {
        lock (_maintenance)
        {
            try
            {
                var settings = _settings;
                DeleteFiles(Retain(settings));
                if (settings.Compact)
                {
                    Compact(settings);
                }
            }
            catch (Exception e) when (e is IOException or DamagedSegmentException)
            {
                LogMaintenanceFailed(_logger, _volume.Name, e);
            }
        }
    }

    private List<Segment> Retain(LogSettings settings)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return [];
            }

            var now = Now;
            _producers.Expire(settings.ProducerExpiry, now);
            if (settings.FlushEvery is { } often && now - _flushedAt >= often.TotalMilliseconds)
            {
                FlushUnlocked();
            }

            if (settings.Delete && IsExpired(Active, settings, now))
            {
                Roll(settings);
            }
            else
            {
                RollIfFull(0, settings, now);
            }

            if (settings.Delete)
            {
                Expire(settings, now);
            }

            return TakeSegmentsBelowStart();
        }
    }

    private void Expire(LogSettings settings, long now)
    {
        var size = _segments.Sum(segment => segment.Length);
        var start = _startOffset;
        for (var i = 0; i < _segments.Count - 1 && _segments[i + 1].BaseOffset <= StableOffset; i++)
        {
            var segment = _segments[i];
            var isTooMuch = settings.RetentionBytes is { } bytes && size - segment.Length >= bytes;
            if (!isTooMuch && !IsExpired(segment, settings, now))
            {
                break;
            }

            size -= segment.Length;
            start = Math.Max(start, _segments[i + 1].BaseOffset);
        }

        if (start > _startOffset)
        {
            _startOffset = start;
            try
            {
                StartOffsetFile.Write(_volume, start);
            }
            catch (IOException e)
            {
                // The segments go all the same: that may be what the disk is full of.
                LogMaintenanceFailed(_logger, _volume.Name, e);
            }
        }
    }

    private static bool IsExpired(Segment segment, LogSettings settings, long now)
    {
        // Records without a time are as old as their segment.
        var newest = segment.Summary.MaxTimestamp >= 0 ? segment.Summary.MaxTimestamp : segment.Summary.LastAppended;
        return segment.Length > 0 && settings.RetentionTime is { } age && now - newest > age.TotalMilliseconds;
    }

    private List<Segment> TakeSegmentsBelowStart()
    {
        var count = 0;
        while (count < _segments.Count - 1 && _segments[count + 1].BaseOffset <= _startOffset)
        {
            count++;
        }

        if (count == 0)
        {
            return [];
        }

        if (count == _segments.Count - 1)
        {
            // The producers are known from the sidecar before; there will be none.
            TryWriteSidecar();
        }

        var gone = _segments.GetRange(0, count);
        _segments.RemoveRange(0, count);
        LogRetention(_logger, _volume.Name, count, _startOffset);
        return gone;
    }

    private void TryWriteSidecar()
    {
        try
        {
            WriteSidecar(Active).Dispose();
        }
        catch (IOException e)
        {
            LogMaintenanceFailed(_logger, _volume.Name, e);
        }
    }

    private void DeleteFiles(List<Segment> segments)
    {
        foreach (var segment in segments)
        {
            _volume.Delete(segment.LogName);
            _volume.Delete(segment.SidecarName);
            segment.File.Dispose();
            (segment.Index as Sidecar)?.Dispose();
        }
    }
}
