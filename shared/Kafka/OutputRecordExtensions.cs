using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>Outputs as the client library takes them.</summary>
internal static class OutputRecordExtensions
{
    public static Message<byte[], byte[]> ToKafka(this OutputRecord output)
    {
        var headers = new Headers();
        foreach (var header in output.Headers)
        {
            headers.Add(header.Name, header.Value);
        }

        return new Message<byte[], byte[]>
        {
            Key = output.Key!,
            Value = output.Value,
            Timestamp = new Timestamp(output.Timestamp),
            Headers = headers,
        };
    }
}
