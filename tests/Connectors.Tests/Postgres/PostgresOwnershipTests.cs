using Millrace.Core;

namespace Millrace.Connectors.Tests;

[Collection(nameof(PostgresFixture))]
public sealed class PostgresOwnershipTests(PostgresFixture server)
{
    private static readonly StreamPartition Partition = new(PostgresPlace.Things, 0);

    [PostgresFact]
    public async Task A_zombie_writes_nothing()
    {
        await using var place = new PostgresPlace(server);
        await using var zombie = await place.OpenAsync();
        await zombie.AppendAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("zombie")), CancellationToken.None);
        await using var other = place.NewStore();
        await using var owner = await other.OpenAsync(place.Stage, Partition, CancellationToken.None);

        var fenced = await Assert.ThrowsAsync<SinkException>(async () => await zombie.CommitAsync(1, CancellationToken.None));

        Assert.False(fenced.CanRetry);
        Assert.Contains("test.things/0: another owner has taken it over (epoch 2 at 0, and not 1 at 0)", fenced.Message, StringComparison.Ordinal);
        await PostgresPlace.WriteAsync(owner, PostgresPlace.Record(0, PostgresPlace.ThingOf("owner")));
        Assert.Equal(["owner"], await place.QueryAsync("SELECT _id FROM test_things"));
    }

    [PostgresFact]
    public async Task Who_owned_a_partition_when_its_checkpoint_was_set_writes_nothing()
    {
        await using var place = new PostgresPlace(server);
        await using var checkpoints = StoreKind.Of(place.Stage).Checkpoints(place.Stage)!;
        Assert.Empty(await checkpoints.ReadAsync([Partition], CancellationToken.None));
        await using (var first = await place.OpenAsync())
        {
            await PostgresPlace.WriteAsync(first, PostgresPlace.Record(0, PostgresPlace.ThingOf("a")), PostgresPlace.Record(1, PostgresPlace.ThingOf("b")));
        }

        await using var zombie = await place.OpenAsync();
        await zombie.AppendAsync(PostgresPlace.Record(2, PostgresPlace.ThingOf("zombie")), CancellationToken.None);

        Assert.Equal(2, (await checkpoints.ReadAsync([Partition], CancellationToken.None))[Partition]);
        await checkpoints.SetAsync(Partition, 1, CancellationToken.None);

        await Assert.ThrowsAsync<SinkException>(async () => await zombie.CommitAsync(3, CancellationToken.None));
        await using var again = await place.OpenAsync();
        Assert.Equal(1, again.Checkpoint);
        Assert.Equal(["a", "b"], await place.QueryAsync("SELECT _id FROM test_things ORDER BY 1"));
    }

    [PostgresFact]
    public async Task A_fenced_owner_takes_the_partition_over_with_its_next_session()
    {
        await using var place = new PostgresPlace(server);
        await using var fenced = await place.OpenAsync();
        await using var other = place.NewStore();
        await using (var owner = await other.OpenAsync(place.Stage, Partition, CancellationToken.None))
        {
            await PostgresPlace.WriteAsync(owner, PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        }

        await Assert.ThrowsAsync<SinkException>(async () => await fenced.CommitAsync(5, CancellationToken.None));
        await using var again = await place.OpenAsync();

        Assert.Equal(1, again.Checkpoint);
        Assert.Empty(await PostgresPlace.WriteAsync(again, PostgresPlace.Record(1, PostgresPlace.ThingOf("b"))));
    }

    [PostgresFact]
    public async Task A_commit_whose_answer_was_lost_is_not_made_twice()
    {
        await using var place = new PostgresPlace(server, "\"duplicates\": \"keep\"");
        await using var unaware = await place.OpenAsync();
        await using (var session = await place.OpenAsync())
        {
            await PostgresPlace.WriteAsync(session, PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        }

        // Of the same epoch and checkpoint as the session that committed: what that one would be, had it not heard of it.
        Assert.Empty(await PostgresPlace.WriteAsync(unaware, PostgresPlace.Record(0, PostgresPlace.ThingOf("a"))));

        Assert.Equal(["a"], await place.QueryAsync("SELECT _id FROM test_things"));
        Assert.Equal(1, unaware.Checkpoint);
    }

    [PostgresFact]
    public async Task A_checkpoint_that_is_elsewhere_is_no_commit_whose_answer_was_lost()
    {
        await using var place = new PostgresPlace(server);
        await using var unaware = await place.OpenAsync();
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        await unaware.AppendAsync(PostgresPlace.Record(1, PostgresPlace.ThingOf("b")), CancellationToken.None);

        // Of the same epoch; what is between the two checkpoints is not there.
        await Assert.ThrowsAsync<SinkException>(async () => await unaware.CommitAsync(2, CancellationToken.None));

        Assert.Equal(["a"], await place.QueryAsync("SELECT _id FROM test_things"));
        await using var again = await place.OpenAsync();
        Assert.Equal(1, again.Checkpoint);
    }

    [PostgresFact]
    public async Task A_zombie_is_fenced_even_where_its_successor_stands_where_it_would()
    {
        await using var place = new PostgresPlace(server);
        await using var zombie = await place.OpenAsync();
        await zombie.AppendAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("zombie")), CancellationToken.None);
        await using var other = place.NewStore();
        await using var owner = await other.OpenAsync(place.Stage, Partition, CancellationToken.None);
        await PostgresPlace.WriteAsync(owner, PostgresPlace.Record(0, PostgresPlace.ThingOf("owner")));

        Assert.False((await Assert.ThrowsAsync<SinkException>(async () => await zombie.CommitAsync(1, CancellationToken.None))).CanRetry);

        Assert.Equal(["owner"], await place.QueryAsync("SELECT _id FROM test_things"));
    }

    [PostgresFact]
    public async Task The_epoch_stays_between_sessions_until_the_partition_has_rested()
    {
        await using var place = new PostgresPlace(server);
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        await place.WriteAsync(PostgresPlace.Record(1, PostgresPlace.ThingOf("b")));
        Assert.Equal(["1|2"], await place.QueryAsync("SELECT epoch, next_offset FROM millrace_checkpoint"));

        place.Clock.Advance(TimeSpan.FromMinutes(2));
        await place.WriteAsync(PostgresPlace.Record(2, PostgresPlace.ThingOf("c")));

        Assert.Equal(["2|3"], await place.QueryAsync("SELECT epoch, next_offset FROM millrace_checkpoint"));
    }

    [PostgresTheory]
    [InlineData("RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'")]
    [InlineData("RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'")]
    [InlineData("RAISE EXCEPTION 'shutting down' USING ERRCODE = '57P01'")]
    [InlineData("PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60)")]
    public async Task What_is_no_fault_of_the_rows_is_tried_again_and_leaves_each_of_them_once(string failure)
    {
        await using var place = new PostgresPlace(server, "\"duplicates\": \"keep\"");
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("0")));
        await place.FailOnceAsync("test_things", failure);
        await using var session = await place.OpenAsync();
        for (var n = 1; n <= 500; n++)
        {
            await session.AppendAsync(PostgresPlace.Record(n, PostgresPlace.ThingOf($"{n}")), CancellationToken.None);
        }

        var failed = await Assert.ThrowsAsync<SinkException>(async () => await session.CommitAsync(501, CancellationToken.None));
        Assert.True(failed.CanRetry);
        Assert.Equal(["1|1"], await place.QueryAsync("SELECT count(*), (SELECT next_offset FROM millrace_checkpoint) FROM test_things"));
        Assert.Empty(await session.CommitAsync(501, CancellationToken.None));

        Assert.Equal(["501|501|501"], await place.QueryAsync("SELECT count(*), count(DISTINCT _offset), (SELECT next_offset FROM millrace_checkpoint) FROM test_things"));
    }

    [PostgresFact]
    public async Task A_server_that_restarts_is_waited_for()
    {
        await using var place = new PostgresPlace(server);
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        await using var session = await place.OpenAsync();
        await session.AppendAsync(PostgresPlace.Record(1, PostgresPlace.ThingOf("b")), CancellationToken.None);

        await server.StopServerAsync();
        try
        {
            Assert.True((await Assert.ThrowsAsync<SinkException>(async () => await session.CommitAsync(2, CancellationToken.None))).CanRetry);
            Assert.True((await Assert.ThrowsAsync<SinkException>(async () => await place.OpenAsync(partition: 1))).CanRetry);
        }
        finally
        {
            await server.ResumeServerAsync();
        }

        Assert.Empty(await session.CommitAsync(2, CancellationToken.None));
        Assert.Equal(["a", "b"], await place.QueryAsync("SELECT _id FROM test_things ORDER BY _offset"));
    }

    [PostgresFact]
    public async Task A_table_that_somebody_dropped_is_made_anew()
    {
        await using var place = new PostgresPlace(server);
        await place.WriteAsync(PostgresPlace.Record(0, PostgresPlace.ThingOf("a")));
        await using var session = await place.OpenAsync();
        await session.AppendAsync(PostgresPlace.Record(1, PostgresPlace.ThingOf("b")), CancellationToken.None);
        await place.QueryAsync("DROP TABLE test_things");

        Assert.True((await Assert.ThrowsAsync<SinkException>(async () => await session.CommitAsync(2, CancellationToken.None))).CanRetry);
        Assert.Empty(await session.CommitAsync(2, CancellationToken.None));

        Assert.Equal(["b"], await place.QueryAsync("SELECT _id FROM test_things"));
    }
}
