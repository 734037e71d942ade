using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>The columns that say where in Kafka a row's event stood. Every table of the lake has them behind those of its events.</summary>
public static class LakePosition
{
    /// <summary>The columns, in their order: the topic, the partition, and the offset.</summary>
    public static IReadOnlyList<SqlField> Columns { get; } =
    [
        new("_topic", new SqlType.Scalar(SqlScalar.Text), "The Kafka topic of the event."),
        new("_partition", new SqlType.Scalar(SqlScalar.WholeNumber), "The partition of the topic."),
        new("_offset", new SqlType.Scalar(SqlScalar.WholeNumber), "The offset in the partition."),
    ];

    /// <summary>Whether a column is one of them.</summary>
    internal static bool IsOne(string column) => Columns.Any(one => one.Name == column);
}
