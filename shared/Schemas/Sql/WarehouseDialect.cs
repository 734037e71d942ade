namespace Millrace.Schemas;

/// <summary>What Spark and Hive have in common: column names in lower case, STRUCT types, and literals with backslashes.</summary>
/// <param name="timestamps">Whether a date-time is a TIMESTAMP; else it is the string that it was in the event.</param>
internal abstract class WarehouseDialect(bool timestamps) : SqlDialect
{
    private protected override bool IsCaseSensitive => false;

    private protected override string Column(string name) => Quote(name.ToLowerInvariant());

    private protected override string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    // Shells put variables in place of ${…}, within literals too.
    private protected override string Literal(string text) => $"'{text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("'", "\\'", StringComparison.Ordinal)
        .Replace("${", "\\u0024{", StringComparison.Ordinal)}'";

    private protected override string ScalarType(SqlScalar scalar) => scalar switch
    {
        SqlScalar.Boolean => "BOOLEAN",
        SqlScalar.WholeNumber => "BIGINT",
        SqlScalar.Number => "DOUBLE",
        SqlScalar.Timestamp when timestamps => "TIMESTAMP",
        _ => "STRING",
    };

    private protected override string RowType(SqlType.Row row, int indent) =>
        Block("STRUCT<", row.Fields.Select(field => $"{Quote(field.Name)}: {TypeOf(field.Type, indent + 2)}{Comment(field.Comment)}"), ">", indent);

    private protected override string MapType(SqlType.Map map, int indent) => $"MAP<STRING, {TypeOf(map.Value, indent)}>";

    private protected override string ArrayType(SqlType.Array array, int indent) => $"ARRAY<{TypeOf(array.Item, indent)}>";

    private protected string Definition(SqlField column, int indent) => $"{Column(column.Name)} {TypeOf(column.Type, indent)}{Comment(column.Comment)}";

    private protected virtual string Comment(string? comment) => comment is null ? "" : $" COMMENT {Literal(comment)}";
}
