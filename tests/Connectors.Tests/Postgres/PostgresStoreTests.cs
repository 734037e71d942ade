using Millrace.Core;

namespace Millrace.Connectors.Tests;

[Collection(nameof(PostgresFixture))]
public sealed class PostgresStoreTests(PostgresFixture server)
{
    [PostgresFact]
    public async Task Events_are_rows_with_the_positions_that_they_came_from()
    {
        await using var place = new PostgresPlace(server);

        Assert.Empty(await place.WriteAsync(
            PostgresPlace.Record(4, """{"meta":{"id":"a"},"wiki":"w\u00e9\n","n":1e3,"x":0.5,"at":"2026-01-31T12:00:00.1234567+01:00","flag":true,"page":{"id":1.50}}"""),
            PostgresPlace.Record(6, """{"n":-9223372036854775808,"at":null,"page":null,"extra":"no column"}""")));

        Assert.Equal(
            ["a|wé\n|1000|0.5|2026-01-31 11:00:00.123457+00|True|{\"id\": 1.50}|test.things|0|4", "||-9223372036854775808|||||test.things|0|6"],
            await place.QueryAsync("SELECT _id, wiki, n, x, (at AT TIME ZONE 'UTC')::text || '+00', flag, page::text, _topic, _partition, _offset FROM test_things ORDER BY _offset"));
    }

    [PostgresFact]
    public async Task A_checkpoint_moves_with_the_data_and_a_new_owner_finds_it()
    {
        await using var place = new PostgresPlace(server);
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")), PostgresPlace.Record(1, PostgresPlace.ThingOf("b")));

        await using var other = place.NewStore();
        await using var session = await other.OpenAsync(place.Stage, new StreamPartition(PostgresPlace.Things, 0), CancellationToken.None);

        Assert.Equal(2, session.Checkpoint);
        Assert.Equal(["ToPostgres|test.things|0|2|2"], await place.QueryAsync("SELECT stage, topic, partition, epoch, next_offset FROM millrace_checkpoint"));
    }

    [PostgresFact]
    public async Task A_checkpoint_moves_where_no_event_enters()
    {
        await using var place = new PostgresPlace(server);
        await using (var session = await place.OpenAsync())
        {
            Assert.Empty(await session.CommitAsync(7, CancellationToken.None));
        }

        await using var again = await place.OpenAsync();
        Assert.Equal(7, again.Checkpoint);
    }

    [PostgresFact]
    public async Task What_was_appended_and_not_committed_is_given_up()
    {
        await using var place = new PostgresPlace(server);
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        await using (var session = await place.OpenAsync())
        {
            await session.AppendAsync(PostgresPlace.Record(1, PostgresPlace.ThingOf("b")), CancellationToken.None);
            Assert.True(session.HeldBytes > 0);
        }

        Assert.Empty(await place.WriteAsync(PostgresPlace.Record(2, PostgresPlace.ThingOf("c"))));

        Assert.Equal(["a", "c"], await place.QueryAsync("SELECT _id FROM test_things ORDER BY _offset"));
    }

    [PostgresFact]
    public async Task Several_commits_of_one_session_follow_each_other()
    {
        await using var place = new PostgresPlace(server);
        await using var session = await place.OpenAsync();

        await PostgresPlace.WriteAsync(session, PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        await PostgresPlace.WriteAsync(session, PostgresPlace.Record(1, PostgresPlace.ThingOf("b")));

        Assert.Equal((2, 0), (session.Checkpoint, session.HeldBytes));
        Assert.Equal(["a", "b"], await place.QueryAsync("SELECT _id FROM test_things ORDER BY _offset"));
    }

    [PostgresFact]
    public async Task An_event_whose_id_is_there_already_does_not_enter_again()
    {
        await using var place = new PostgresPlace(server);
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));

        Assert.Empty(await place.WriteAsync(
            PostgresPlace.Record(1, PostgresPlace.ThingOf("b")),
            PostgresPlace.Record(2, PostgresPlace.ThingOf("a")),
            PostgresPlace.Record(3, PostgresPlace.ThingOf("b")),
            PostgresPlace.Record(4, "{}"),
            PostgresPlace.Record(5, "{}")));
        Assert.Empty(await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("b"), partition: 1), PostgresPlace.Record(1, PostgresPlace.ThingOf("c"), partition: 1)));

        Assert.Equal(["a|0|0", "b|0|1", "|0|4", "|0|5", "c|1|1"], await place.QueryAsync("SELECT _id, _partition, _offset FROM test_things ORDER BY _partition, _offset"));
    }

    [PostgresFact]
    public async Task Duplicates_enter_where_they_are_to_be_kept()
    {
        await using var place = new PostgresPlace(server, "\"duplicates\": \"keep\"");

        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")), PostgresPlace.Record(1, PostgresPlace.ThingOf("a")));

        Assert.Equal(["a|0", "a|1"], await place.QueryAsync("SELECT _id, _offset FROM test_things ORDER BY _offset"));
    }

    [PostgresFact]
    public async Task Partitions_that_need_a_table_at_once_make_it_once()
    {
        await using var place = new PostgresPlace(server, "\"connections\": 6");
        await using var other = place.NewStore();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(async partition =>
        {
            await using var session = await (partition % 2 == 0 ? place.Store : other).OpenAsync(place.Stage, new StreamPartition(PostgresPlace.Things, partition), CancellationToken.None);
            await PostgresPlace.WriteAsync(session, Enumerable.Range(0, 50).Select(n => PostgresPlace.Record(n, PostgresPlace.ThingOf($"{partition}-{n}"), partition)));
        }));

        Assert.Equal(["600|12"], await place.QueryAsync("SELECT count(*), count(DISTINCT _partition) FROM test_things"));
    }

    [PostgresFact]
    public async Task Partitions_share_as_many_connections_as_are_allowed_and_hold_none_between_commits()
    {
        await using var place = new PostgresPlace(server, "\"connections\": 1");

        // Each would wait for ever for a connection that another session held.
        var sessions = await Task.WhenAll(Enumerable.Range(0, 8).Select(partition => place.OpenAsync(partition).AsTask()));
        await Task.WhenAll(sessions.Select((session, partition) => PostgresPlace.WriteAsync(session, [PostgresPlace.Record(0, PostgresPlace.ThingOf($"{partition}"), partition)])));

        Assert.Equal(["8"], await place.QueryAsync("SELECT count(*) FROM test_things"));
    }
}
