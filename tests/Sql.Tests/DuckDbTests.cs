using System.Text.Json;
using DuckDB.NET.Data;
using Millrace.Schemas;

namespace Millrace.Sql.Tests;

public sealed class DuckDbTests : IDisposable
{
    private static readonly SqlDialect Dialect = SqlDialect.Find("duckdb")!;

    private readonly DuckDBConnection _database = new("DataSource=:memory:");
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-duckdb-").FullName;

    public DuckDbTests()
    {
        _database.Open();
        Run("SET autoinstall_known_extensions=false");
        Run("SET TimeZone='UTC'");
    }

    public static TheoryData<string> WithTable => Schemas.WithTable;

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [CorpusTheory]
    [MemberData(nameof(WithTable))]
    public void The_examples_of_a_schema_come_back_from_its_table_as_they_went_in(string uri)
    {
        var table = Schemas.Table(uri);
        Create(table);

        Load(Schemas.Examples(uri));

        AssertStored(table, Schemas.Examples(uri));
    }

    [CorpusTheory]
    [InlineData("/mediawiki/page/change/1.0.0", "/mediawiki/page/change/1.1.0")]
    [InlineData("/mediawiki/page/change/1.0.0", "/mediawiki/page/change/1.3.0")]
    [InlineData("/mediawiki/revision/create/1.0.0", "/mediawiki/revision/create/1.1.0")]
    [InlineData("/mediawiki/revision/create/1.1.0", "/mediawiki/revision/create/1.2.0")]
    [InlineData("/development/network/probe/1.0.0", "/development/network/probe/1.1.0")]
    public void A_table_with_rows_follows_its_schema_to_a_later_version(string old, string later)
    {
        Create(Schemas.Table(old));
        Load(Schemas.Examples(old));
        var diff = SqlTableDiff.Between(Schemas.Table(old), Schemas.Table(later));
        Assert.NotEmpty(diff.Additions);

        Run(Dialect.Alter(diff, Schemas.Target));

        Load(Schemas.Examples(later));
        AssertStored(diff.Table, [.. Schemas.Examples(old), .. Schemas.Examples(later)]);
        var altered = Types();
        Run("DROP TABLE test_stream");
        Create(diff.Table);
        Assert.Equal(Types(), altered);
    }

    [Fact]
    public void Fields_are_added_within_rows_arrays_and_maps()
    {
        var old = Schemas.TableOf(Nested("""  "a": { "type": "string" } """));
        var later = Schemas.TableOf(Nested("""  "b": { "type": "integer" }, "a": { "type": "string" } """));
        Create(old);
        Load([JsonElement.Parse("""{"row":{"a":"1"},"list":[{"a":"2"}],"map":{"k":{"a":"3"}}}""")]);

        Run(Dialect.Alter(SqlTableDiff.Between(old, later), Schemas.Target));

        JsonElement[] events = [JsonElement.Parse("""{"row":{"a":"1","b":4},"list":[{"a":"2","b":5}],"map":{"k":{"a":"3","b":6}}}""")];
        Run("DELETE FROM test_stream");
        Load(events);
        AssertStored(later, events);
    }

    [Fact]
    public void Comments_come_back_with_their_quotes()
    {
        Create(Schemas.TableOf(Hostile.Schema));

        Assert.Equal(Hostile.Comment, Query("SELECT comment FROM duckdb_tables()").Single());
        Assert.Equal(Hostile.Names.Select(_ => Hostile.Comment), Query("SELECT comment FROM duckdb_columns() WHERE table_name = 'test_stream'"));
    }

    [Fact]
    public void Hostile_names_are_names()
    {
        var table = Schemas.TableOf(Hostile.Schema);
        Create(table);
        Assert.Equal(Hostile.Names, Query("SELECT column_name FROM duckdb_columns() WHERE table_name = 'test_stream' ORDER BY column_index"));

        Load([Hostile.Event]);

        AssertStored(table, [Hostile.Event]);
    }

    private static string Nested(string fields) => $$"""
        {
          "type": "object",
          "properties": {
            "row": { "type": "object", "properties": { {{fields}} } },
            "list": { "type": "array", "items": { "type": "object", "properties": { {{fields}} } } },
            "map": { "type": "object", "additionalProperties": { "type": "object", "properties": { {{fields}} } } }
          }
        }
        """;

    private void Create(SqlTable table) => Run(Dialect.Create(table, Schemas.Target));

    private void Run(SqlScript script) => Assert.All(script.Statements, Run);

    private void Run(string statement)
    {
        using var command = _database.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    private List<string> Query(string query)
    {
        using var command = _database.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
        {
            values.Add(reader.IsDBNull(0) ? "NULL" : reader.GetString(0));
        }

        return values;
    }

    // Additions come last, so that the order of columns and fields tells nothing.
    private List<string> Types() => [.. Query("SELECT column_name || ' ' || data_type FROM duckdb_columns() WHERE table_name = 'test_stream'")
        .Select(column => string.Join(' ', column.Split([' ', ',', '(', ')'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)))
        .Order(StringComparer.Ordinal)];

    // The engine's own reader of JSON, by the types that the table has.
    private void Load(JsonElement[] events)
    {
        if (events.Length > 0)
        {
            // The engine takes the end of a name for a compression: one at random is .zst now and then.
            var file = Path.Combine(_directory, $"{Guid.NewGuid():N}.json");
            File.WriteAllLines(file, events.Select(stored => JsonSerializer.Serialize(stored)));
            Run($"COPY test_stream FROM '{file}' (FORMAT json, ARRAY false)");
        }
    }

    private void AssertStored(SqlTable table, JsonElement[] events) =>
        Stored.AssertEqual(table, events, Query("SELECT to_json(test_stream) FROM test_stream ORDER BY rowid"), typedWithin: true);
}
