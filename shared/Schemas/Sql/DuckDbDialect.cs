namespace Millrace.Schemas;

/// <summary>DuckDB: STRUCT, MAP and LIST columns, and instants with a time zone. Fields are added in place, also within lists and maps.</summary>
internal sealed class DuckDbDialect : CommentingDialect
{
    public override string Name => "duckdb";

    private protected override bool IsCaseSensitive => false;

    private protected override bool AddsFields => true;

    private protected override string? WhyNot(string name) => null;

    private protected override string ScalarType(SqlScalar scalar) => scalar switch
    {
        SqlScalar.Boolean => "BOOLEAN",
        SqlScalar.WholeNumber => "BIGINT",
        SqlScalar.Number => "DOUBLE",
        SqlScalar.Timestamp => "TIMESTAMPTZ",
        _ => "VARCHAR",
    };

    private protected override string RowType(SqlType.Row row, int indent) =>
        Block("STRUCT(", row.Fields.Select(field => $"{Quote(field.Name)} {TypeOf(field.Type, indent + 2)}"), ")", indent);

    private protected override string MapType(SqlType.Map map, int indent) => $"MAP(VARCHAR, {TypeOf(map.Value, indent)})";

    private protected override string ArrayType(SqlType.Array array, int indent) => $"{TypeOf(array.Item, indent)}[]";
}
