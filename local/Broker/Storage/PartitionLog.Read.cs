namespace Millrace.Broker.Storage;

// Reading: by offset and by time.
internal sealed partial class PartitionLog
{
    /// <summary>Reads whole batches from the one that has the offset on.</summary>
    /// <param name="offset">From <see cref="StartOffset"/> to <see cref="EndOffset"/>.</param>
    /// <param name="maxBytes">Not exceeded but by a first batch that is larger.</param>
    /// <param name="committedOnly">Ends at <see cref="LastStableOffset"/>, and says which transactions were aborted.</param>
    public ReadResult Read(long offset, int maxBytes, bool committedOnly)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return Nothing(KafkaError.UnknownTopicOrPartition, false);
            }

            if (offset < _startOffset || offset > Active.EndOffset)
            {
                return Nothing(KafkaError.OffsetOutOfRange, committedOnly);
            }

            try
            {
                return ReadUnlocked(offset, maxBytes, committedOnly);
            }
            catch (DamagedSegmentException e)
            {
                LogReadFailed(_logger, _volume.Name, offset, e);
                return Nothing(KafkaError.CorruptMessage, committedOnly);
            }
            catch (IOException e)
            {
                LogReadFailed(_logger, _volume.Name, offset, e);
                return Nothing(KafkaError.KafkaStorageError, committedOnly);
            }
        }
    }

    private ReadResult ReadUnlocked(long offset, int maxBytes, bool committedOnly)
    {
        var limit = committedOnly ? StableOffset : Active.EndOffset;
        for (var i = SegmentOf(offset); offset < limit && i < _segments.Count && _segments[i].BaseOffset < limit; i++)
        {
            var segment = _segments[i];
            if (segment.Find(offset) is not { } start || start.Offset >= limit)
            {
                continue;
            }

            var last = limit >= segment.EndOffset ? segment.Length : segment.Find(limit)?.Position ?? segment.Length;
            var end = segment.EndWithin(start.Position, last, Math.Max(0, maxBytes));
            return new ReadResult(
                KafkaError.None,
                _startOffset,
                Active.EndOffset,
                StableOffset,
                new LogSlice(segment.File, start.Position, (int)(end - start.Position)),
                committedOnly ? AbortedBetween(i, offset, end < last ? segment.OffsetAt(end) : Math.Min(limit, segment.EndOffset)) : null);
        }

        return Nothing(KafkaError.None, committedOnly);
    }

    private ReadResult Nothing(KafkaError error, bool committedOnly) =>
        new(error, _startOffset, Active.EndOffset, StableOffset, null, committedOnly ? [] : null);

    // A transaction that is aborted ends in the segment of its first record or in a later one.
    private List<AbortedTransaction> AbortedBetween(int firstSegment, long from, long to)
    {
        var found = new List<AbortedTransaction>();
        for (var i = firstSegment; i < _segments.Count; i++)
        {
            if (_segments[i].Summary.FirstAborted < to)
            {
                found.AddRange(_segments[i].Index.Aborted.Where(transaction => transaction.FirstOffset < to && transaction.LastOffset >= from));
            }
        }

        found.Sort(static (one, other) => one.FirstOffset.CompareTo(other.FirstOffset));
        return found;
    }

    // The last one that begins at or below the offset.
    private int SegmentOf(long offset)
    {
        var (low, high) = (0, _segments.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (_segments[middle].BaseOffset <= offset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }
}
