using System.Buffers;

namespace Millrace.Schemas;

/// <summary>HiveQL: a Parquet table.</summary>
/// <remarks>
/// The metastore keeps a column's type as a text that its own parser reads back, so names have letters, digits, <c>_</c> and
/// <c>$</c> only. Comments within columns are not kept by it, and those of columns are cut where it cuts them.
/// </remarks>
internal sealed class HiveDialect(bool timestamps) : WarehouseDialect(timestamps)
{
    private const int MaxComment = 256;

    // The width of a table's name in the metastore, the narrower of the two.
    private const int MaxName = 128;

    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$");

    public override string Name => "hive";

    private protected override SqlScript WriteCreate(SqlTable table, SqlTarget target) =>
        new([Block($"CREATE TABLE {Table(target)} (", table.Columns.Select(column => Definition(column, 2)), ")", 0) + base.Comment(table.Comment) + " STORED AS PARQUET"], []);

    private protected override SqlScript WriteAlter(SqlTableDiff diff, SqlTarget target)
    {
        var statements = new List<string>();
        if (diff.NewColumns.Count > 0)
        {
            statements.Add(Block($"ALTER TABLE {Table(target)} ADD COLUMNS (", diff.NewColumns.Select(column => Definition(column, 2)), ")", 0));
        }

        statements.AddRange(diff.ChangedColumns.Select(column =>
            $"ALTER TABLE {Table(target)} CHANGE COLUMN {Column(column.Name)} {Definition(column, 0)}{(column.Comment is null ? Comment("") : "")}"));
        return new SqlScript(statements, diff.Additions.Any(addition => !addition.Path.IsColumn)
            ? ["A changed STRUCT is accepted where the metastore has hive.metastore.disallow.incompatible.col.type.changes=false."]
            : []);
    }

    private protected override string? WhyNot(string name) =>
        name.AsSpan().ContainsAnyExcept(Characters) ? "has other characters than the letters a to z, digits, '_' and '$', which the metastore takes."
        : name.Length > MaxName ? $"has {name.Length} characters; the metastore takes {MaxName}."
        : null;

    // Its shells cut a script at semicolons, within literals too.
    private protected override string Literal(string text) => base.Literal(text).Replace(";", "\\u003B", StringComparison.Ordinal);

    private protected override string RowType(SqlType.Row row, int indent) =>
        Block("STRUCT<", row.Fields.Select(field => $"{Quote(field.Name)}: {TypeOf(field.Type, indent + 2)}"), ">", indent);

    private protected override string Comment(string? comment) =>
        base.Comment(comment?.Length > MaxComment ? comment[..(char.IsHighSurrogate(comment[MaxComment - 2]) ? MaxComment - 2 : MaxComment - 1)] + "…" : comment);
}
