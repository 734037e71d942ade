using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Turns what the client library reads into records.</summary>
public static class ConsumeResultExtensions
{
    /// <summary>The record; its bytes are not copied.</summary>
    public static EventRecord ToEventRecord(this ConsumeResult<byte[], byte[]> result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new EventRecord
        {
            Position = new StreamPosition(result.Topic, result.Partition.Value, result.Offset.Value),
            Key = result.Message.Key,
            Value = result.Message.Value,
            Headers = [.. result.Message.Headers.Select(header => new RecordHeader(header.Key, header.GetValueBytes()))],
            Timestamp = UnixTime.FromMilliseconds(result.Message.Timestamp.UnixTimestampMs),
        };
    }
}
