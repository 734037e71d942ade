namespace Millrace.Schemas;

/// <summary>Spark SQL: an Iceberg table, because files without a table format take no new fields within a column.</summary>
internal sealed class SparkDialect(bool timestamps) : WarehouseDialect(timestamps)
{
    public override string Name => "spark";

    private protected override SqlScript WriteCreate(SqlTable table, SqlTarget target) =>
        new([Block($"CREATE TABLE {Table(target)} (", table.Columns.Select(column => Definition(column, 2)), ")", 0) + " USING iceberg" + Comment(table.Comment)], []);

    private protected override SqlScript WriteAlter(SqlTableDiff diff, SqlTarget target)
    {
        var statements = new List<string>();
        if (diff.Additions.Count > 0)
        {
            var additions = diff.Additions.Select(addition =>
                $"{addition.Path.ToSql(Column, Quote)} {TypeOf(addition.Field.Type, 2)}{Comment(addition.Field.Comment)}");
            statements.Add(Block($"ALTER TABLE {Table(target)} ADD COLUMNS (", additions, ")", 0));
        }

        statements.AddRange(diff.Recommented.Select(column =>
            $"ALTER TABLE {Table(target)} ALTER COLUMN {Column(column.Name)} COMMENT {Literal(column.Comment ?? "")}"));
        return new SqlScript(statements, []);
    }

    private protected override string? WhyNot(string name) =>
        name.Contains("${", StringComparison.Ordinal) ? "has '${' in it, which Spark takes for a variable." : null;
}
