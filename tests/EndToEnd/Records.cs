using Millrace.Core;
using Millrace.Kafka;
using Millrace.Local;

namespace Millrace.EndToEnd;

/// <summary>What a topic holds.</summary>
internal static class Records
{
    /// <summary>All committed records of a topic as it is now, in order within each partition. What is left of transactions ends no reading: it has a place, but is no record.</summary>
    public static async Task<List<EventRecord>> ReadAsync(KafkaOptions kafka, string topic)
    {
        var (scan, found) = (new TopicScan(kafka), new List<EventRecord>());
        await foreach (var record in scan.ReadAsync(await scan.PlanAsync([topic]), CancellationToken.None))
        {
            found.Add(record);
        }

        return found;
    }
}
