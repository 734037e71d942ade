using Millrace.Core;
using Millrace.Schemas;

namespace Millrace.Connectors.Tests;

[Collection(nameof(PostgresFixture))]
public sealed class PostgresTableTests(PostgresFixture server)
{
    private const string More = "/test/thing/1.1.0";

    [PostgresFact]
    public async Task Fields_of_a_later_version_become_columns_in_the_same_batch_as_the_older()
    {
        await using var place = new PostgresPlace(server);
        place.AddThing("1.1.0", "\"more\": { \"type\": \"string\", \"description\": \"What's more.\" }");

        Assert.Empty(await place.WriteAsync(
            PostgresPlace.Record(0, PostgresPlace.ThingOf("a")),
            PostgresPlace.Record(1, PostgresPlace.ThingOf("b", thing => thing["more"] = "m"), schema: More),
            PostgresPlace.Record(2, PostgresPlace.ThingOf("c"))));

        Assert.Equal(["a|", "b|m", "c|"], await place.QueryAsync("SELECT _id, more FROM test_things ORDER BY _offset"));
        Assert.Equal(["test_things|/test/thing/1.1.0"], await place.QueryAsync("SELECT name, schema_uri FROM millrace_table"));
        Assert.Equal(["What's more."], await place.QueryAsync("SELECT col_description(attrelid, attnum) FROM pg_attribute WHERE attname = 'more' AND attrelid = 'test_things'::regclass"));
    }

    [PostgresFact]
    public async Task A_table_grows_with_the_data_or_not_at_all()
    {
        await using var place = new PostgresPlace(server);
        place.AddThing("1.1.0", "\"more\": { \"type\": \"string\" }");
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        await place.FailOnceAsync("test_things", "RAISE EXCEPTION 'full' USING ERRCODE = '53100'");
        await using var session = await place.OpenAsync();
        await session.AppendAsync(PostgresPlace.Record(1, PostgresPlace.ThingOf("b", thing => thing["more"] = "m"), schema: More), CancellationToken.None);

        await Assert.ThrowsAsync<SinkException>(async () => await session.CommitAsync(2, CancellationToken.None));
        Assert.Equal(["0"], await place.QueryAsync("SELECT count(*) FROM pg_attribute WHERE attname = 'more' AND attrelid = 'test_things'::regclass"));
        Assert.Empty(await session.CommitAsync(2, CancellationToken.None));

        Assert.Equal(["a|", "b|m"], await place.QueryAsync("SELECT _id, more FROM test_things ORDER BY _offset"));
    }

    [PostgresTheory]
    [InlineData("2.0.0", "\"n\": { \"type\": \"string\" }", ".n: It was an integer and is a string")]
    [InlineData("2.0.0", "\"page\": { \"type\": \"object\", \"properties\": { \"id\": { \"type\": \"string\" } } }", ".page.id: It was an integer and is a string")]
    public async Task An_incompatible_change_stops_its_stream_and_no_other(string version, string property, string reason)
    {
        await using var place = new PostgresPlace(server);
        place.AddSchema($"/test/thing/{version}", property);
        place.AddSchema("/test/other/1.0.0", "\"wiki\": { \"type\": \"string\" }");
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        await using var session = await place.OpenAsync();
        await session.AppendAsync(PostgresPlace.Record(1, "{}", schema: $"/test/thing/{version}"), CancellationToken.None);

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var stopped = await Assert.ThrowsAsync<SinkException>(async () => await session.CommitAsync(2, CancellationToken.None));
            Assert.True(stopped.CanRetry);
            Assert.StartsWith($"Stream 'test.things' stops: events of /test/thing/{version} do not fit table", stopped.Message, StringComparison.Ordinal);
            Assert.Contains(reason, stopped.Message, StringComparison.Ordinal);
        }

        Assert.Empty(await place.WriteAsync(PostgresPlace.Record(0, """{"wiki":"w"}""", topic: PostgresPlace.Others, schema: "/test/other/1.0.0")));
        Assert.Equal(["1|1"], await place.QueryAsync("SELECT (SELECT count(*) FROM test_things), (SELECT count(*) FROM test_others)"));
    }

    [PostgresFact]
    public async Task A_field_with_the_name_of_one_of_the_stores_own_columns_stops_its_stream()
    {
        await using var place = new PostgresPlace(server);
        place.AddThing("1.1.0", "\"_offset\": { \"type\": \"integer\" }");
        await using var session = await place.OpenAsync();
        await session.AppendAsync(PostgresPlace.Record(0, "{}", schema: More), CancellationToken.None);

        var stopped = await Assert.ThrowsAsync<SinkException>(async () => await session.CommitAsync(1, CancellationToken.None));

        Assert.Contains("its field '_offset' has the name of a column that every row has besides its event.", stopped.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_stream_goes_on_when_its_table_was_moved_away()
    {
        await using var place = new PostgresPlace(server);
        place.AddSchema("/test/thing/2.0.0", "\"n\": { \"type\": \"string\" }");
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        await using var session = await place.OpenAsync();
        await session.AppendAsync(PostgresPlace.Record(1, """{"n":"one"}""", schema: "/test/thing/2.0.0"), CancellationToken.None);
        await Assert.ThrowsAsync<SinkException>(async () => await session.CommitAsync(2, CancellationToken.None));

        await place.QueryAsync("ALTER TABLE test_things RENAME TO test_things_1; DELETE FROM millrace_table WHERE name = 'test_things'");

        Assert.Empty(await session.CommitAsync(2, CancellationToken.None));
        Assert.Equal(["one"], await place.QueryAsync("SELECT n FROM test_things"));
    }

    [PostgresFact]
    public async Task A_table_that_was_made_by_hand_gets_what_it_lacks()
    {
        await using var place = new PostgresPlace(server);
        await place.WriteAsync(PostgresPlace.Record(0, "{}", topic: "copy.test.things"));
        await place.QueryAsync("DROP TABLE test_things; DELETE FROM millrace_table; CREATE TABLE test_things (mine text, n bigint)");
        await using var other = place.NewStore();
        await using var session = await other.OpenAsync(place.Stage, new StreamPartition(PostgresPlace.Things, 0), CancellationToken.None);

        Assert.Empty(await PostgresPlace.WriteAsync(session, PostgresPlace.Record(0, PostgresPlace.ThingOf("a"))));

        Assert.Equal(["|1|a|w"], await place.QueryAsync("SELECT mine, n, _id, wiki FROM test_things"));
    }

    [PostgresFact]
    public async Task What_a_schema_gives_no_one_type_is_a_column_of_any_json_and_only_where_the_engine_has_one()
    {
        await using var place = new PostgresPlace(server);
        place.AddThing("1.1.0", "\"any\": { \"type\": [\"array\", \"object\"] }");
        var table = SqlTable.ReadWithJson(place.Schemas, More);

        Assert.IsType<SqlType.Json>(Assert.Single(table.Columns, column => column.Name == "any").Type);
        Assert.Throws<SqlRefusedException>(() => SqlTable.Read(place.Schemas, More));
        foreach (var dialect in SqlDialect.All.Where(dialect => dialect.Name != "postgres"))
        {
            var refused = Assert.Throws<SqlRefusedException>(() => dialect.Create(table, new SqlTarget("s", ["s"])));
            Assert.Equal($".any: It is any JSON value, for which {dialect.Name} has no type.", Assert.Single(refused.Refusals).ToString());
        }

        Assert.Empty(await place.WriteAsync(
            PostgresPlace.Record(0, """{"any":[1]}""", schema: More),
            PostgresPlace.Record(1, """{"any":{"a":1}}""", schema: More)));
        Assert.Equal(["[1]", "{\"a\": 1}"], await place.QueryAsync("SELECT \"any\"::text FROM test_things ORDER BY _offset"));
    }

    [PostgresFact]
    public async Task A_column_of_another_type_stops_the_stream()
    {
        await using var place = new PostgresPlace(server);
        await place.WriteAsync(PostgresPlace.Record(0, "{}"));
        await place.QueryAsync("ALTER TABLE test_things ALTER COLUMN n TYPE text");
        await using var other = place.NewStore();
        await using var session = await other.OpenAsync(place.Stage, new StreamPartition(PostgresPlace.Things, 0), CancellationToken.None);
        await session.AppendAsync(PostgresPlace.Record(1, "{}"), CancellationToken.None);

        var stopped = await Assert.ThrowsAsync<SinkException>(async () => await session.CommitAsync(2, CancellationToken.None));

        Assert.Contains("column n is text, and has to be bigint.", stopped.Message, StringComparison.Ordinal);
    }
}
