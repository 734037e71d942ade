namespace Millrace.Broker.Storage;

// When to compact, and how segments are replaced meanwhile.
internal sealed partial class PartitionLog
{
    private long _compactedUpTo;
    private long? _nextExpiry;

    private void Compact(LogSettings settings)
    {
        Compaction compaction;
        long upTo;
        lock (_gate)
        {
            var segments = _segments.Take(_segments.Count - 1).TakeWhile(segment => segment.EndOffset <= StableOffset).ToList();
            if (_isClosed || !IsCompactionDue(segments, settings))
            {
                return;
            }

            upTo = segments[^1].EndOffset;
            compaction = new Compaction(_volume, segments, AbortedBetween(0, segments[0].BaseOffset, upTo), settings, Now);
        }

        compaction.Run(Replace);
        _compactedUpTo = upTo;
        _nextExpiry = compaction.NextExpiry;
    }

    private bool IsCompactionDue(List<Segment> segments, LogSettings settings)
    {
        if (segments.Count == 0)
        {
            return false;
        }

        var all = segments.Sum(segment => segment.Length);
        var added = segments.Where(segment => segment.EndOffset > _compactedUpTo).Sum(segment => segment.Length);
        return (added > 0 && added >= settings.MinDirtyRatio * all) || _nextExpiry <= Now;
    }

    private Segment? Replace(Segment segment, Segment rewritten)
    {
        Segment replaced;
        lock (_gate)
        {
            var index = _segments.IndexOf(segment);
            if (index < 0)
            {
                rewritten.File.Dispose();
                _volume.Delete(rewritten.SidecarName + SegmentSwap.Prepared);
                _volume.Delete(rewritten.LogName + SegmentSwap.Prepared);
                return null;
            }

            rewritten.File.Dispose();
            SegmentSwap.Run(_volume, rewritten);
            segment.File.Dispose();
            (segment.Index as Sidecar)?.Dispose();
            var sidecar = Sidecar.TryOpen(_volume, rewritten.SidecarName) ?? throw new IOException($"{rewritten.SidecarName} cannot be read.");
            replaced = new Segment(segment.BaseOffset, _volume.Open(segment.LogName), sidecar.Summary, sidecar, segment.Created);
            _segments[index] = replaced;

            // The first one stays, since the log begins there; so does the last one, which knows the producers.
            if (replaced.Length == 0 && index > 0 && index < _segments.Count - 2)
            {
                _segments.RemoveAt(index);
                DeleteFiles([replaced]);
            }
        }

        LogCompacted(_logger, _volume.Name, segment.LogName, segment.Length, replaced.Length);
        return replaced;
    }
}
