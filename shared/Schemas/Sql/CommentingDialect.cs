namespace Millrace.Schemas;

/// <summary>What PostgreSQL and DuckDB have in common: names in double quotes, and comments in statements of their own.</summary>
internal abstract class CommentingDialect : SqlDialect
{
    private protected override SqlScript WriteCreate(SqlTable table, SqlTarget target)
    {
        var columns = table.Columns.Select(column => $"{Quote(column.Name)} {TypeOf(column.Type, 2)}");
        var statements = new List<string> { Block($"CREATE TABLE {Table(target)} (", columns, ")", 0) };
        if (table.Comment is { } comment)
        {
            statements.Add($"COMMENT ON TABLE {Table(target)} IS {Literal(comment)}");
        }

        statements.AddRange(table.Columns.Where(column => column.Comment is not null).Select(column => Comment(column, target)));
        return new SqlScript(statements, []);
    }

    /// <summary>Whether a field within a column is added by a statement; else the column takes it as it is.</summary>
    private protected abstract bool AddsFields { get; }

    private protected override SqlScript WriteAlter(SqlTableDiff diff, SqlTarget target)
    {
        var added = diff.Additions.Where(addition => addition.Path.IsColumn || AddsFields)
            .Select(addition => $"ALTER TABLE {Table(target)} ADD COLUMN {addition.Path.ToSql(Quote, Quote)} {TypeOf(addition.Field.Type, 0)}");
        var comments = diff.NewColumns.Where(column => column.Comment is not null).Concat(diff.Recommented).Select(column => Comment(column, target));
        var untouched = diff.Additions.Where(addition => !addition.Path.IsColumn && !AddsFields)
            .Select(addition => $"{addition.Path} needs no statement: it is within a column of jsonb.");
        return new SqlScript([.. added, .. comments], [.. untouched]);
    }

    private protected override string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private string Comment(SqlField column, SqlTarget target) =>
        $"COMMENT ON COLUMN {Table(target)}.{Quote(column.Name)} IS {(column.Comment is { } comment ? Literal(comment) : "NULL")}";
}
