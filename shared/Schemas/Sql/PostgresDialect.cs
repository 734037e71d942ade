using System.Text;

namespace Millrace.Schemas;

/// <summary>PostgreSQL: a typed column for every scalar, and <c>jsonb</c> for objects, maps and arrays.</summary>
/// <remarks>Within <c>jsonb</c> a value stays what it was in the event, date-times too.</remarks>
internal sealed class PostgresDialect : CommentingDialect
{
    // Longer names are cut by the server, silently.
    private const int MaxNameBytes = 63;
    private const int MaxColumns = 1600;

    // Every table has columns of these names already.
    private static readonly string[] SystemColumns = ["cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"];

    public override string Name => "postgres";

    private protected override bool IsCaseSensitive => true;

    private protected override bool AddsFields => false;

    private protected override string? JsonType => "jsonb";

    private protected override bool IsWritten(SqlPath path) => path.IsColumn;

    private protected override void Check(SqlTable table, List<SqlRefusal> refusals)
    {
        if (table.Columns.Count > MaxColumns)
        {
            refusals.Add(new SqlRefusal(SqlPath.Root.ToString(), $"The table has {table.Columns.Count} columns; PostgreSQL takes {MaxColumns}."));
        }

        refusals.AddRange(table.Columns.Where(column => SystemColumns.Contains(column.Name))
            .Select(column => new SqlRefusal(SqlPath.Root.Field(column.Name).ToString(), "The name is that of a system column, which every table has.")));
    }

    private protected override string? WhyNot(string name) =>
        Encoding.UTF8.GetByteCount(name) is var bytes and > MaxNameBytes ? $"has {bytes} bytes; PostgreSQL takes {MaxNameBytes}." : null;

    private protected override string ScalarType(SqlScalar scalar) => scalar switch
    {
        SqlScalar.Boolean => "boolean",
        SqlScalar.WholeNumber => "bigint",
        SqlScalar.Number => "double precision",
        SqlScalar.Timestamp => "timestamptz",
        _ => "text",
    };

    private protected override string RowType(SqlType.Row row, int indent) => "jsonb";

    private protected override string MapType(SqlType.Map map, int indent) => "jsonb";

    private protected override string ArrayType(SqlType.Array array, int indent) => "jsonb";
}
