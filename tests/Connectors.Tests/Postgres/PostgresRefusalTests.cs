using Millrace.Core;

namespace Millrace.Connectors.Tests;

[Collection(nameof(PostgresFixture))]
public sealed class PostgresRefusalTests(PostgresFixture server)
{
    [PostgresTheory]
    [InlineData("""{"note":"a\u0000b"}""", "test_things.note: \"a\\u0000b\" has the character U+0000, which text cannot hold.")]
    [InlineData("""{"page":{"title":"x\\\u0000"}}""", "test_things.page: \"x\\\\\\u0000\"} has the character U+0000, which jsonb cannot hold.")]
    [InlineData("""{"meta":{"id":"\u0000"}}""", "test_things.meta: \"\\u0000\"} has the character U+0000, which jsonb cannot hold.")]
    [InlineData("""{"n":9223372036854775808}""", "test_things.n: 9223372036854775808 is beyond the 64 bits of bigint.")]
    [InlineData("""{"n":1e30}""", "test_things.n: 1e30 is beyond the 64 bits of bigint.")]
    [InlineData("""{"x":-1e400}""", "test_things.x: -1e400 is beyond double precision.")]
    [InlineData("""{"at":"0000-01-01T00:00:00Z"}""", "test_things.at: \"0000-01-01T00:00:00Z\" is no date-time from the year 1 on, which timestamptz would hold.")]
    [InlineData("""{"page":{"id":1e200000}}""", "test_things.page: {\"id\":1e200000}: value overflows numeric format (SQLSTATE 22003)")]
    public async Task An_event_that_the_table_cannot_hold_is_refused_and_all_others_enter(string json, string reason)
    {
        await using var place = new PostgresPlace(server);
        var bad = PostgresPlace.Record(1, json);

        var refused = Assert.Single(await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")), bad, PostgresPlace.Record(2, PostgresPlace.ThingOf("b"))));

        Assert.Same(bad, refused.Processed);
        Assert.Equal((ErrorTypes.RefusedByStore, reason), (refused.ErrorType, refused.Reason));
        Assert.Equal(["a", "b"], await place.QueryAsync("SELECT _id FROM test_things ORDER BY _offset"));
        Assert.Equal(["3"], await place.QueryAsync("SELECT next_offset FROM millrace_checkpoint"));
    }

    [PostgresTheory]
    [InlineData("""{"note":"\\u0000","page":{"title":"\\u0000"},"n":1}""", """1|\u0000|{"title": "\\u0000"}|""")]
    [InlineData("""{"n":9223372036854775807,"at":"9999-12-31T23:59:59.999999Z"}""", "9223372036854775807|||9999-12-31 23:59:59.999999")]
    [InlineData("""{"at":"0001-01-01T00:00:00+23:59","n":1}""", "1|||0001-12-31 00:01:00 BC")]
    [InlineData("""{"at":"2016-12-31T23:59:60Z","n":1.0}""", "1|||2017-01-01 00:00:00")]
    public async Task What_stands_at_the_edge_enters(string json, string row)
    {
        await using var place = new PostgresPlace(server);

        Assert.Empty(await place.WriteAsync(PostgresPlace.Record(0, json)));

        Assert.Equal([row], await place.QueryAsync("SELECT n, note, page::text, (at AT TIME ZONE 'UTC')::text FROM test_things"));
    }

    [PostgresTheory]
    [InlineData(PostgresMode.Append)]
    [InlineData(PostgresMode.Upsert)]
    public async Task Poisoned_rows_in_ten_thousand_are_found_and_the_rest_enters(PostgresMode mode)
    {
        await using var place = new PostgresPlace(server, $"\"mode\": \"{mode}\"");
        HashSet<int> poisoned = [0, 4711, 4712, 9999];
        var records = Enumerable.Range(0, 10_000).Select(n => PostgresPlace.Record(n, PostgresPlace.ThingOf($"{n}", thing =>
        {
            thing["page"]!["id"] = n;
            if (poisoned.Contains(n))
            {
                thing["page"]!["title"] = System.Text.Json.Nodes.JsonNode.Parse("1e200000");
            }
        }))).ToArray();

        var refused = await place.WriteAsync(records);

        Assert.Equal(poisoned.Order(), refused.Select(record => (int)record.Processed.Input.Position.Offset).Order());
        Assert.All(refused, record => Assert.StartsWith("test_things.page: {\"id\":", record.Reason, StringComparison.Ordinal));
        Assert.Equal(["9996|9996"], await place.QueryAsync("SELECT count(*), count(DISTINCT _offset) FROM test_things"));
    }

    [PostgresFact]
    public async Task A_rule_that_somebody_put_on_the_table_refuses_one_event()
    {
        await using var place = new PostgresPlace(server);
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        await place.QueryAsync("ALTER TABLE test_things ADD CONSTRAINT small CHECK (n < 100)");

        var refused = Assert.Single(await place.WriteAsync(PostgresPlace.Record(1, PostgresPlace.ThingOf("b", thing => thing["n"] = 100)), PostgresPlace.Record(2, PostgresPlace.ThingOf("c"))));

        Assert.Equal("test_things: new row for relation \"test_things\" violates check constraint \"small\" (SQLSTATE 23514)", refused.Reason);
        Assert.Equal(["a", "c"], await place.QueryAsync("SELECT _id FROM test_things ORDER BY _offset"));
    }

    [PostgresFact]
    public async Task Duplicates_and_poison_in_one_batch_do_not_hide_each_other()
    {
        await using var place = new PostgresPlace(server);
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));

        var refused = await place.WriteAsync(
            PostgresPlace.Record(1, PostgresPlace.ThingOf("a")),
            PostgresPlace.Record(2, """{"meta":{"id":"bad"},"page":{"id":1e200000}}"""),
            PostgresPlace.Record(3, """{"meta":{"id":"worse"},"n":1e30}"""),
            PostgresPlace.Record(4, PostgresPlace.ThingOf("b")));

        Assert.Equal([2, 3], refused.Select(record => record.Processed.Input.Position.Offset).Order());
        Assert.Equal(["a|0", "b|4"], await place.QueryAsync("SELECT _id, _offset FROM test_things ORDER BY _offset"));
    }
}
