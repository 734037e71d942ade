using Millrace.Core;

namespace Millrace.Connectors.Tests;

[Collection(nameof(PostgresFixture))]
public sealed class PostgresUpsertTests(PostgresFixture server)
{
    private const string Upsert = "\"mode\": \"upsert\"";

    [PostgresFact]
    public async Task The_last_event_of_a_key_is_its_row_within_a_batch_and_across()
    {
        await using var place = new PostgresPlace(server, Upsert);
        await place.WriteAsync(Of(0, page: 1, n: 10), Of(1, page: 2, n: 20), Of(2, page: 1, n: 11));
        Assert.Equal(["1|11|2", "2|20|1"], await RowsAsync(place));

        await place.WriteAsync(Of(3, page: 2, n: 21), Of(4, page: 3, n: 30));

        Assert.Equal(["1|11|2", "2|21|3", "3|30|4"], await RowsAsync(place));
        Assert.Equal(["{\"wiki\":\"w\",\"id\":1}"], await place.QueryAsync("SELECT _key FROM test_things WHERE page->>'id' = '1'"));
    }

    [PostgresFact]
    public async Task A_delete_removes_the_row_and_what_follows_brings_it_back()
    {
        await using var place = new PostgresPlace(server, Upsert);
        await place.WriteAsync(Of(0, page: 1, n: 10), Of(1, page: 2, n: 20), Of(2, page: 2, n: 0, kind: "delete"));
        Assert.Equal(["1|10|0"], await RowsAsync(place));

        await place.WriteAsync(Of(3, page: 1, n: 0, kind: "delete"), Of(4, page: 3, n: 0, kind: "delete"));
        Assert.Empty(await RowsAsync(place));

        await place.WriteAsync(Of(5, page: 1, n: 0, kind: "delete"), Of(6, page: 1, n: 12, kind: "insert"));
        Assert.Equal(["1|12|6"], await RowsAsync(place));
    }

    [PostgresFact]
    public async Task An_older_position_of_the_same_partition_neither_overwrites_nor_deletes()
    {
        await using var place = new PostgresPlace(server, Upsert);
        await place.WriteAsync(Of(5, page: 1, n: 15), Of(6, page: 2, n: 26));
        var second = place.StageOf("Second", Upsert);

        await using var session = await place.OpenAsync(stage: second);
        await PostgresPlace.WriteAsync(session, Of(0, page: 1, n: 10), Of(1, page: 2, n: 0, kind: "delete"), Of(2, page: 3, n: 32));

        Assert.Equal(["1|15|5", "2|26|6", "3|32|2"], await RowsAsync(place));
    }

    [PostgresFact]
    public async Task A_deleted_row_is_not_brought_back_by_an_older_event_of_its_partition()
    {
        await using var place = new PostgresPlace(server, Upsert);
        await place.WriteAsync(Of(5, page: 1, n: 15), Of(6, page: 2, n: 26));
        await place.WriteAsync(Of(7, page: 1, n: 0, kind: "delete"), Of(8, page: 3, n: 0, kind: "delete"));
        await using var backfill = await place.OpenAsync(stage: place.StageOf("Backfill", Upsert));

        await PostgresPlace.WriteAsync(backfill, Of(0, page: 1, n: 10), Of(1, page: 3, n: 31), Of(2, page: 4, n: 42));
        Assert.Equal(["2|26|6", "4|42|2"], await RowsAsync(place));

        // An older delete does not make it forget the later one.
        await PostgresPlace.WriteAsync(backfill, Of(3, page: 1, n: 0, kind: "delete"));
        await PostgresPlace.WriteAsync(backfill, Of(4, page: 1, n: 14));
        Assert.Equal(["2|26|6", "4|42|2"], await RowsAsync(place));
        Assert.Equal(["1|7", "3|8"], await TombstonesAsync(place));
    }

    [PostgresFact]
    public async Task A_later_event_brings_a_deleted_row_back_and_no_tombstone_is_left()
    {
        await using var place = new PostgresPlace(server, Upsert);
        await place.WriteAsync(Of(5, page: 1, n: 0, kind: "delete"));

        await place.WriteAsync(Of(6, page: 1, n: 16));

        Assert.Equal(["1|16|6"], await RowsAsync(place));
        Assert.Empty(await TombstonesAsync(place));
    }

    [PostgresFact]
    public async Task A_delete_that_is_older_than_its_row_leaves_no_tombstone()
    {
        await using var place = new PostgresPlace(server, Upsert);
        await place.WriteAsync(Of(5, page: 1, n: 15));
        await using var backfill = await place.OpenAsync(stage: place.StageOf("Backfill", Upsert));

        await PostgresPlace.WriteAsync(backfill, Of(1, page: 1, n: 0, kind: "delete"));

        Assert.Equal(["1|15|5"], await RowsAsync(place));
        Assert.Empty(await TombstonesAsync(place));
    }

    [PostgresFact]
    public async Task Of_another_partition_or_topic_what_comes_later_wins_over_a_delete_too()
    {
        await using var place = new PostgresPlace(server, Upsert);
        await place.WriteAsync(Of(5, page: 1, n: 0, kind: "delete"));

        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("x", thing => thing["n"] = 99), topic: "copy.test.things"));

        Assert.Equal(["1|99|0"], await RowsAsync(place));
    }

    [PostgresFact]
    public async Task Whoever_writes_waits_for_a_delete_that_is_not_committed_yet()
    {
        await using var place = new PostgresPlace(server, Upsert);
        await place.WriteAsync(Of(5, page: 1, n: 15));
        await place.QueryAsync("CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$; CREATE TRIGGER wait AFTER INSERT ON millrace_tombstone FOR EACH ROW EXECUTE FUNCTION wait()");
        await using var backfill = await place.OpenAsync(stage: place.StageOf("Backfill", Upsert));
        Task deleted, written;
        await using (await place.HoldAsync(1))
        {
            deleted = place.WriteAsync(Of(6, page: 1, n: 0, kind: "delete"));
            await place.WaitersAsync(1);
            written = PostgresPlace.WriteAsync(backfill, Of(0, page: 1, n: 10));
            await place.WaitersAsync(2);
        }

        await Task.WhenAll(deleted, written);

        Assert.Empty(await RowsAsync(place));
    }

    [PostgresFact]
    public async Task Of_another_topic_what_comes_later_wins()
    {
        await using var place = new PostgresPlace(server, Upsert);
        await place.WriteAsync(Of(5, page: 1, n: 15));

        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("x", thing => thing["n"] = 99), topic: "copy.test.things"));

        Assert.Equal(["1|99|0"], await RowsAsync(place));

        await place.WriteAsync(Of(6, page: 1, n: 16));
        await place.WriteAsync(PostgresPlace.Record(1, PostgresPlace.ThingOf("y", thing => thing["changelog_kind"] = "delete"), topic: "copy.test.things"));

        Assert.Empty(await RowsAsync(place));
    }

    [PostgresFact]
    public async Task A_field_that_the_last_event_lacks_is_null_even_if_it_is_of_an_older_schema()
    {
        await using var place = new PostgresPlace(server, Upsert);
        place.AddThing("1.1.0", "\"more\": { \"type\": \"string\" }");
        await using var other = place.NewStore();
        await using (var old = await other.OpenAsync(place.Stage, new StreamPartition(PostgresPlace.Things, 1), CancellationToken.None))
        {
            await PostgresPlace.WriteAsync(old, PostgresPlace.Record(0, PostgresPlace.ThingOf("a"), partition: 1));
            await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("b", thing => thing["more"] = "more"), schema: "/test/thing/1.1.0"));
            Assert.Equal(["more"], await place.QueryAsync("SELECT more FROM test_things"));

            await PostgresPlace.WriteAsync(old, PostgresPlace.Record(1, PostgresPlace.ThingOf("c"), partition: 1));
        }

        Assert.Equal(["c|"], await place.QueryAsync("SELECT _id, more FROM test_things"));
    }

    [PostgresFact]
    public async Task An_event_without_a_key_is_refused()
    {
        await using var place = new PostgresPlace(server, Upsert);

        var refused = Assert.Single(await place.WriteAsync(Of(0, page: 1, n: 1), PostgresPlace.Record(1, """{"wiki":"w","page":{}}""")));

        Assert.Equal("test_things._key: the event has no field 'page.id', which its stream's message_key_fields name.", refused.Reason);
        Assert.Equal(["1|1|0"], await RowsAsync(place));
    }

    [PostgresFact]
    public async Task Where_the_last_events_of_a_key_are_refused_the_one_before_them_stands()
    {
        await using var place = new PostgresPlace(server, Upsert);
        ProcessedRecord Bad(long offset) => PostgresPlace.Record(offset, """{"wiki":"w","page":{"id":1,"title":1e200000}}""");

        var refused = await place.WriteAsync([Of(0, page: 1, n: 10), .. Enumerable.Range(1, 8).Select(n => Bad(n))]);

        Assert.Equal(8, refused.Count);
        Assert.Equal(["1|10|0"], await RowsAsync(place));
    }

    [PostgresFact]
    public async Task A_table_that_was_appended_to_can_be_upserted_to()
    {
        await using var place = new PostgresPlace(server);
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        await using var session = await place.OpenAsync(stage: place.StageOf("Second", Upsert));

        Assert.Empty(await PostgresPlace.WriteAsync(session, Of(1, page: 1, n: 10), Of(2, page: 1, n: 11)));

        Assert.Equal(["1|1|0", "1|11|2"], await RowsAsync(place));
    }

    private static ProcessedRecord Of(long offset, int page, int n, string kind = "update") => PostgresPlace.Record(offset, PostgresPlace.ThingOf($"{offset}", thing =>
    {
        thing["page"]!["id"] = page;
        thing["n"] = n;
        thing["changelog_kind"] = kind;
    }));

    private static Task<List<string>> TombstonesAsync(PostgresPlace place) => place.QueryAsync("SELECT key::jsonb->>'id', position FROM millrace_tombstone ORDER BY 1");

    private static Task<List<string>> RowsAsync(PostgresPlace place) => place.QueryAsync("SELECT page->>'id', n, _offset FROM test_things ORDER BY 1, 3");
}
