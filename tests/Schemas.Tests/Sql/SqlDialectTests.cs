namespace Millrace.Schemas.Tests;

public sealed class SqlDialectTests
{
    private static readonly SqlDialect[] Quoting = [.. SqlDialect.All.Where(dialect => dialect.Name != "hive")];

    [Theory]
    [InlineData("postgres", 63)]
    [InlineData("hive", 128)]
    [InlineData("flink", 256)]
    public void A_name_longer_than_the_engine_takes_is_refused(string dialect, int limit)
    {
        var (longest, longer) = (new string('a', limit), new string('a', limit + 1));
        Assert.Contains(longest, SqlTables.Create(dialect, SqlTables.Of($$""" "{{longest}}": { "type": "string" } """)), StringComparison.Ordinal);

        var refusal = Assert.Single(SqlTables.Refusals(() => SqlTables.Create(dialect, SqlTables.Of($$""" "{{longer}}": { "type": "string" } """))));

        Assert.StartsWith($".{longer}: The name has {limit + 1} ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Postgres_counts_bytes_of_columns_and_not_of_what_is_within_jsonb()
    {
        var name = new string('é', 32);

        Assert.NotEmpty(SqlTables.Create("postgres", SqlTables.Of($$""" "row": { "type": "object", "properties": { "{{name}}": { "type": "string" } } } """)));
        Assert.Equal([$".{name}: The name has 64 bytes; PostgreSQL takes 63."], SqlTables.Refusals(() => SqlTables.Create("postgres", SqlTables.Of($$""" "{{name}}": { "type": "string" } """))));
    }

    [Fact]
    public void A_stream_whose_name_is_too_long_for_a_table_is_refused()
    {
        var target = new SqlTarget(new string('s', 64), ["s"]);

        var refusals = SqlTables.Refusals(() => SqlDialect.Find("postgres")!.Create(SqlTables.Of(""" "a": { "type": "string" } """), target));

        Assert.Equal([$".: The table's name '{target.Stream}' has 64 bytes; PostgreSQL takes 63."], refusals);
    }

    [Theory]
    [InlineData("spark")]
    [InlineData("hive")]
    [InlineData("duckdb")]
    public void Names_that_differ_in_case_only_are_refused_where_they_are_the_same(string dialect) =>
        Assert.Equal(
            [
                $".row.X: The name is that of another field but for upper and lower case, which are the same to {dialect}.",
                $".ID: The name is that of another field but for upper and lower case, which are the same to {dialect}.",
            ],
            SqlTables.Refusals(() => SqlTables.Create(dialect, SqlTables.Of(""" "id": { "type": "string" }, "row": { "type": "object", "properties": { "x": { "type": "string" }, "X": { "type": "string" } } }, "ID": { "type": "string" } """))));

    [Theory]
    [InlineData("flink")]
    [InlineData("postgres")]
    public void Names_that_differ_in_case_only_are_two_names_elsewhere(string dialect) =>
        Assert.NotEmpty(SqlTables.Create(dialect, SqlTables.Of(""" "id": { "type": "string" }, "ID": { "type": "string" } """)));

    [Fact]
    public void The_name_of_flinks_own_column_is_refused() =>
        Assert.Equal(
            [".kafka_timestamp: The name is that of the column with the record's timestamp."],
            SqlTables.Refusals(() => SqlTables.Create("flink", SqlTables.Of(""" "kafka_timestamp": { "type": "string" } """))));

    [Fact]
    public void More_columns_than_postgres_takes_are_refused()
    {
        var properties = string.Join(", ", Enumerable.Range(0, 1601).Select(number => $$""" "c{{number}}": { "type": "string" } """));

        Assert.Equal([".: The table has 1601 columns; PostgreSQL takes 1600."], SqlTables.Refusals(() => SqlTables.Create("postgres", SqlTables.Of(properties))));
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("a.b")]
    [InlineData("x;y")]
    [InlineData("é")]
    [InlineData("a`b")]
    public void Hive_takes_no_name_that_its_metastore_cannot_read_back(string name) =>
        Assert.Equal(2, SqlTables.Refusals(() => SqlTables.Create("hive", SqlTables.Of($$""" "{{name}}": { "type": "object", "properties": { "{{name}}": { "type": "string" } } } """))).Length);

    [Fact]
    public void Hive_and_spark_take_no_name_with_a_variable()
    {
        var table = SqlTables.Of(""" "${x}": { "type": "string" } """);

        Assert.Single(SqlTables.Refusals(() => SqlTables.Create("hive", table)));
        Assert.Equal([".${x}: The name has '${' in it, which Spark takes for a variable."], SqlTables.Refusals(() => SqlTables.Create("spark", table)));
    }

    [Fact]
    public void Quotes_in_names_are_doubled_at_every_depth()
    {
        var table = SqlTables.Of(""" "a`\"b": { "type": "object", "properties": { "c`\"d": { "type": "string" } } } """);

        Assert.All(Quoting, dialect =>
        {
            var (outer, inner) = dialect.Name is "flink" or "spark" ? ("`a``\"b`", "`c``\"d`") : ("\"a`\"\"b\"", "\"c`\"\"d\"");
            var statement = SqlTables.Create(dialect.Name, table);
            Assert.Contains(outer, statement, StringComparison.Ordinal);
            Assert.Equal(dialect.Name != "postgres", statement.Contains(inner, StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData("flink", """COMMENT 'it''s \'' ; ${x} "y"'""")]
    [InlineData("spark", """COMMENT 'it\'s \\\' ; \u0024{x} "y"'""")]
    [InlineData("hive", """COMMENT 'it\'s \\\' \u003B \u0024{x} "y"'""")]
    [InlineData("postgres", """IS 'it''s \'' ; ${x} "y"'""")]
    [InlineData("duckdb", """IS 'it''s \'' ; ${x} "y"'""")]
    public void A_comment_is_a_literal_of_the_engine(string dialect, string literal) =>
        Assert.Contains(literal, SqlTables.Create(dialect, SqlTables.Of(""" "a": { "type": "string", "description": "it's \\' ; ${x} \"y\"" } """)), StringComparison.Ordinal);

    [Fact]
    public void Hive_cuts_a_comment_that_its_metastore_would_not_take_but_never_within_a_character()
    {
        var statement = SqlTables.Create("hive", SqlTables.Of($$""" "a": { "type": "string", "description": "{{new string('x', 254)}}🦆🦆" }, "b": { "type": "string", "description": "{{new string('y', 256)}}" } """));

        Assert.Contains($"'{new string('x', 254)}…'", statement, StringComparison.Ordinal);
        Assert.Contains($"'{new string('y', 256)}'", statement, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spark", false, "STRING")]
    [InlineData("spark", true, "TIMESTAMP")]
    [InlineData("hive", false, "STRING")]
    [InlineData("hive", true, "TIMESTAMP")]
    public void A_date_time_is_a_timestamp_in_spark_and_hive_where_that_is_wanted(string dialect, bool timestamps, string type) =>
        Assert.Contains($"`dt` {type}\n", SqlTables.Create(dialect, SqlTables.Of(""" "dt": { "type": "string", "format": "date-time" } """), timestamps), StringComparison.Ordinal);

    [Fact]
    public void Flink_reads_all_topics_of_the_stream_from_the_brokers_that_are_given()
    {
        var target = SqlTables.Target with { BootstrapServers = "kafka:9092" };

        var statement = SqlDialect.Find("flink")!.Create(SqlTables.Of(""" "a": { "type": "string" } """), target).ToString();

        Assert.Contains("'topic' = 'eqiad.mediawiki.page_change.v1;codfw.mediawiki.page_change.v1'", statement, StringComparison.Ordinal);
        Assert.Contains("'properties.bootstrap.servers' = 'kafka:9092'", statement, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_dialect_is_none() => Assert.Null(SqlDialect.Find("sql"));
}
