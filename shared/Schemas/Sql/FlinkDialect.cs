namespace Millrace.Schemas;

/// <summary>Flink SQL: a table over the topics of a stream.</summary>
/// <remarks>
/// The table reads committed records only, since the platform writes in transactions, and begins at the end of the topics
/// where its group has no offsets. Event time is the records' timestamp, ten seconds of disorder allowed. The ALTERs need
/// Flink 1.17 or later and a catalog that keeps tables; nothing is rewritten, since the records stay where they are.
/// </remarks>
internal sealed class FlinkDialect : SqlDialect
{
    private const string RecordTime = "kafka_timestamp";

    // The parser's own limit.
    private const int MaxName = 256;

    public override string Name => "flink";

    public override string TableName(SqlTarget target) => target.Stream;

    private protected override bool IsCaseSensitive => true;

    private protected override SqlScript WriteCreate(SqlTable table, SqlTarget target)
    {
        var columns = table.Columns.Select(column => Definition(column, 2))
            .Append($"{Quote(RecordTime)} TIMESTAMP_LTZ(3) NOT NULL METADATA FROM 'timestamp' VIRTUAL")
            .Append($"WATERMARK FOR {Quote(RecordTime)} AS {Quote(RecordTime)} - INTERVAL '10' SECOND");
        string[] options =
        [
            "'connector' = 'kafka'",
            $"'topic' = {Literal(string.Join(';', target.Topics))}",
            $"'properties.bootstrap.servers' = {Literal(target.BootstrapServers)}",
            "'properties.isolation.level' = 'read_committed'",
            "'properties.auto.offset.reset' = 'latest'",
            "'format' = 'json'",
            "'json.timestamp-format.standard' = 'ISO-8601'",
        ];
        return new SqlScript([Block($"CREATE TABLE {Table(target)} (", columns, ")", 0) + Comment(table.Comment) + Block(" WITH (", options, ")", 0)], []);
    }

    private protected override SqlScript WriteAlter(SqlTableDiff diff, SqlTarget target)
    {
        var statements = new List<string>();
        if (diff.NewColumns.Count > 0)
        {
            statements.Add(Block($"ALTER TABLE {Table(target)} ADD (", diff.NewColumns.Select(column => Definition(column, 2)), ")", 0));
        }

        if (diff.ChangedColumns.Count > 0)
        {
            statements.Add(Block($"ALTER TABLE {Table(target)} MODIFY (", diff.ChangedColumns.Select(column => Definition(column, 2)), ")", 0));
        }

        return new SqlScript(statements, []);
    }

    private protected override void Check(SqlTable table, List<SqlRefusal> refusals)
    {
        if (table.Columns.Any(column => column.Name == RecordTime))
        {
            refusals.Add(new SqlRefusal(SqlPath.Root.Field(RecordTime).ToString(), "The name is that of the column with the record's timestamp."));
        }
    }

    private protected override string? WhyNot(string name) =>
        name.Length <= MaxName ? null : $"has {name.Length} characters; Flink takes {MaxName}.";

    private protected override string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    private protected override string ScalarType(SqlScalar scalar) => scalar switch
    {
        SqlScalar.Boolean => "BOOLEAN",
        SqlScalar.WholeNumber => "BIGINT",
        SqlScalar.Number => "DOUBLE",
        SqlScalar.Timestamp => "TIMESTAMP_LTZ(3)",
        _ => "STRING",
    };

    private protected override string RowType(SqlType.Row row, int indent) =>
        Block("ROW<", row.Fields.Select(field => $"{Quote(field.Name)} {TypeOf(field.Type, indent + 2)}{(field.Comment is { } comment ? " " + Literal(comment) : "")}"), ">", indent);

    private protected override string MapType(SqlType.Map map, int indent) => $"MAP<STRING, {TypeOf(map.Value, indent)}>";

    private protected override string ArrayType(SqlType.Array array, int indent) => $"ARRAY<{TypeOf(array.Item, indent)}>";

    private string Definition(SqlField column, int indent) => $"{Quote(column.Name)} {TypeOf(column.Type, indent)}{Comment(column.Comment)}";

    private string Comment(string? comment) => comment is null ? "" : $" COMMENT {Literal(comment)}";
}
