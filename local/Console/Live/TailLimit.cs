using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>How many records are shown of a stream that has more than anybody could read.</summary>
/// <param name="ranges">What was there when it began and is shown in any case.</param>
/// <param name="most">How many are shown from one renewal to the next.</param>
internal sealed class TailLimit(IReadOnlyList<ScanRange> ranges, int most)
{
    private readonly Dictionary<TopicPartition, long> _ends = ranges.ToDictionary(range => range.Partition, range => range.To);
    private int _shown;
    private long _skipped;

    /// <summary>Whether a record is shown; one that is not is counted.</summary>
    public bool Takes(StreamPosition position)
    {
        if (position.Offset < _ends[new TopicPartition(position.Topic, position.Partition)])
        {
            return true;
        }

        if (_shown < most)
        {
            _shown++;
            return true;
        }

        _skipped++;
        return false;
    }

    /// <summary>Shows as many again.</summary>
    /// <returns>How many were left out.</returns>
    public long Renew()
    {
        (_shown, var skipped, _skipped) = (0, _skipped, 0);
        return skipped;
    }
}
