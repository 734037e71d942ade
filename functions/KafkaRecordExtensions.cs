using Microsoft.Azure.Functions.Worker;
using Millrace.Core;

namespace Millrace.Functions;

/// <summary>The border between the host and the platform: what a trigger is given becomes what a stage's runner takes.</summary>
internal static class KafkaRecordExtensions
{
    /// <summary>The records as the core knows them; their bytes are shared, not copied.</summary>
    public static IReadOnlyList<EventRecord> ToEventRecords(this KafkaRecord[] records) => Array.ConvertAll(records, record => new EventRecord
    {
        Position = new StreamPosition(record.Topic, record.Partition, record.Offset),
        Key = record.Key,
        Value = record.Value,
        Headers = record.Headers is { Length: > 0 } headers
            ? Array.ConvertAll(headers, header => new RecordHeader(header.Key, header.Value))
            : [],
        Timestamp = UnixTime.FromMilliseconds(record.Timestamp.UnixTimestampMs),
    });
}
