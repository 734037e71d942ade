using System.Reflection;
using Confluent.Kafka;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>Records for a call.</summary>
internal sealed class KafkaCall(IReadOnlyList<ConsumeResult<byte[]?, byte[]?>> results) : TriggerCall
{
    // Each call gets records of its own, as it does across the process boundary of the real host; the bytes are shared.
    public override object Bind(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(KafkaRecord) ? Record(results[0]) : results.Select(Record).ToArray();

    private static KafkaRecord Record(ConsumeResult<byte[]?, byte[]?> result) => new()
    {
        Topic = result.Topic,
        Partition = result.Partition,
        Offset = result.Offset,
        Key = result.Message.Key!,
        Value = result.Message.Value!,
        Timestamp = new KafkaTimestamp { UnixTimestampMs = result.Message.Timestamp.UnixTimestampMs },
        Headers = [.. (result.Message.Headers ?? []).Select(header => new KafkaHeader { Key = header.Key, Value = header.GetValueBytes() })],
    };
}
