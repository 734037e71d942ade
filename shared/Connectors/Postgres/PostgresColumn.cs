using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>A column: its name and its type, as the server itself writes that.</summary>
internal sealed record PostgresColumn(string Name, string Type)
{
    public const string Boolean = "boolean";
    public const string Bigint = "bigint";
    public const string DoublePrecision = "double precision";
    public const string Timestamp = "timestamp with time zone";
    public const string Text = "text";
    public const string Jsonb = "jsonb";

    public const string Id = "_id";
    public const string Key = "_key";
    public const string Topic = "_topic";
    public const string Partition = "_partition";
    public const string Offset = "_offset";

    /// <summary>What every row has besides its event: the event's id, the position that it came from, and in an upsert its key.</summary>
    public static IReadOnlyList<PostgresColumn> OfRow(PostgresMode mode) => mode == PostgresMode.Upsert ? [.. Common, new(Key, Text)] : Common;

    private static readonly PostgresColumn[] Common = [new(Id, Text), new(Topic, Text), new(Partition, "integer"), new(Offset, Bigint)];

    public static PostgresColumn Of(SqlField field) => new(field.Name, field.Type is not SqlType.Scalar scalar ? Jsonb : scalar.Kind switch
    {
        SqlScalar.Boolean => Boolean,
        SqlScalar.WholeNumber => Bigint,
        SqlScalar.Number => DoublePrecision,
        SqlScalar.Timestamp => Timestamp,
        _ => Text,
    });

    /// <summary>A name in quotes.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Names in quotes, with commas between them.</summary>
    public static string List(IEnumerable<PostgresColumn> columns) => string.Join(", ", columns.Select(column => Quote(column.Name)));
}
