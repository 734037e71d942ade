using Millrace.Core;

namespace Millrace.Serving;

/// <summary>Where to begin in a partition: at an offset, at a time, or, where there is neither, at the end.</summary>
/// <param name="Offset">The offset of the first record; where it is beyond the end, the time decides.</param>
/// <param name="Time">The time of the first record, in milliseconds since 1970.</param>
internal readonly record struct StartPoint(long? Offset, long? Time)
{
    /// <summary>Finds where a client begins.</summary>
    /// <remarks>
    /// Offsets hold on the cluster that they are of. On another one, and in a partition or a topic that the client has not seen (that of another
    /// datacenter has another prefix), it goes on at the time that it had reached: what it saw of the same time may come again, nothing is left out.
    /// </remarks>
    /// <param name="partition">The partition.</param>
    /// <param name="stream">The stream that it is of.</param>
    /// <param name="query">What the client asks for.</param>
    /// <param name="cluster">The cluster's id; null where it has none.</param>
    public static StartPoint Of(StreamPartition partition, StreamDefinition stream, StreamQuery query, string? cluster)
    {
        long? earliest = null;
        var isResumed = false;
        foreach (var seen in query.Resume)
        {
            if (seen.Topic == partition.Topic && seen.Partition == partition.Partition)
            {
                // One without cluster and time is of those who have but one cluster.
                var isOffsetOfHere = seen.Cluster == cluster || (seen.Cluster is null && seen.Timestamp is null);
                return new StartPoint(isOffsetOfHere ? seen.Offset : null, seen.Timestamp);
            }

            if (Carries(seen.Topic, stream))
            {
                isResumed = true;
                earliest = seen.Timestamp is { } time && (earliest is null || time < earliest) ? time : earliest;
            }
        }

        return new StartPoint(null, isResumed ? earliest : query.Since);
    }

    private static bool Carries(string topic, StreamDefinition stream) =>
        stream.Topics.Contains(topic) || topic == stream.Name || topic.EndsWith($".{stream.Name}", StringComparison.Ordinal);
}
