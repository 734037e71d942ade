using System.Text.Json;
using Millrace.Schemas;
using Npgsql;

namespace Millrace.Sql.Tests;

public sealed class PostgresTests(PostgresFixture server) : IClassFixture<PostgresFixture>
{
    private static readonly SqlDialect Dialect = SqlDialect.Find("postgres")!;

    public static TheoryData<string> WithTable => Schemas.WithTable;

    [SharedDataInPostgresTheory]
    [MemberData(nameof(WithTable))]
    public async Task The_examples_of_a_schema_come_back_from_its_table_as_they_went_in(string uri)
    {
        var table = Schemas.Table(uri);
        await using var database = await server.OpenAsync();
        await CreateAsync(database, table);

        await LoadAsync(database, Schemas.Examples(uri));

        await AssertStoredAsync(database, table, Schemas.Examples(uri));
    }

    [SharedDataInPostgresTheory]
    [InlineData("/mediawiki/page/change/1.0.0", "/mediawiki/page/change/1.3.0")]
    [InlineData("/mediawiki/revision/create/1.0.0", "/mediawiki/revision/create/1.1.0")]
    [InlineData("/development/network/probe/1.0.0", "/development/network/probe/1.1.0")]
    public async Task A_table_with_rows_follows_its_schema_to_a_later_version(string old, string later)
    {
        var diff = SqlTableDiff.Between(Schemas.Table(old), Schemas.Table(later));
        Assert.NotEmpty(diff.Additions);
        await using var database = await server.OpenAsync();
        await CreateAsync(database, Schemas.Table(old));
        await LoadAsync(database, Schemas.Examples(old));

        await RunAsync(database, Dialect.Alter(diff, Schemas.Target));

        await LoadAsync(database, Schemas.Examples(later));
        await AssertStoredAsync(database, diff.Table, [.. Schemas.Examples(old), .. Schemas.Examples(later)]);
    }

    [PostgresFact]
    public async Task Comments_come_back_with_their_quotes()
    {
        await using var database = await server.OpenAsync();
        await CreateAsync(database, Schemas.TableOf(Hostile.Schema));

        Assert.Equal(Hostile.Comment, Assert.Single(await QueryAsync(database, "SELECT obj_description('test_stream'::regclass)")));
        Assert.Equal(
            Hostile.Names.Select(_ => Hostile.Comment),
            await QueryAsync(database, "SELECT col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'test_stream'::regclass AND attnum > 0"));
    }

    [PostgresFact]
    public async Task Hostile_names_are_names()
    {
        var table = Schemas.TableOf(Hostile.Schema);
        await using var database = await server.OpenAsync();
        await CreateAsync(database, table);
        Assert.Equal(Hostile.Names, await QueryAsync(database, "SELECT attname::text FROM pg_attribute WHERE attrelid = 'test_stream'::regclass AND attnum > 0 ORDER BY attnum"));

        await LoadAsync(database, [Hostile.Event]);

        await AssertStoredAsync(database, table, [Hostile.Event]);
    }

    [PostgresFact]
    public async Task The_names_that_are_refused_are_those_that_the_server_refuses()
    {
        foreach (var name in (string[])["cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"])
        {
            await using var database = await server.OpenAsync();

            var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(database, new SqlScript([$"CREATE TABLE t (\"{name}\" text)"], [])));

            Assert.Equal(PostgresErrorCodes.DuplicateColumn, refused.SqlState);
            var table = Schemas.TableOf($$"""{ "type": "object", "properties": { "{{name}}": { "type": "string" } } }""");
            Assert.Throws<SqlRefusedException>(() => Dialect.Create(table, Schemas.Target));
        }
    }

    private static Task CreateAsync(NpgsqlConnection database, SqlTable table) => RunAsync(database, Dialect.Create(table, Schemas.Target));

    private static async Task RunAsync(NpgsqlConnection database, SqlScript script)
    {
        foreach (var statement in script.Statements)
        {
            await using var command = new NpgsqlCommand(statement, database);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task LoadAsync(NpgsqlConnection database, IEnumerable<JsonElement> events)
    {
        foreach (var stored in events)
        {
            await using var insert = new NpgsqlCommand("INSERT INTO test_stream SELECT * FROM jsonb_populate_record(NULL::test_stream, $1::jsonb)", database);
            insert.Parameters.Add(new NpgsqlParameter { Value = stored.GetRawText() });
            await insert.ExecuteNonQueryAsync();
        }
    }

    private static async Task<List<string>> QueryAsync(NpgsqlConnection database, string query)
    {
        await using var command = new NpgsqlCommand(query, database);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }

    private static async Task AssertStoredAsync(NpgsqlConnection database, SqlTable table, JsonElement[] events) =>
        Stored.AssertEqual(table, events, await QueryAsync(database, "SELECT to_jsonb(test_stream)::text FROM test_stream ORDER BY ctid"), typedWithin: false);
}
