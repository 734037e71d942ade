using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>By which name the brokers know who owns a partition of a stage.</summary>
internal static class TransactionalId
{
    public static string Of(string stage, StreamPartition partition) => $"{stage}.{partition.Topic}.{partition.Partition}";
}
