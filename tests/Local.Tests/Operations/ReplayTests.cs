using System.Text;
using Millrace.Core;
using Millrace.Testing;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

/// <summary>What a replay writes, and how often.</summary>
public sealed class ReplayTests : ReplayBed
{
    [Fact]
    public async Task A_replay_is_the_event_as_it_was_with_its_key_and_headers_in_the_partition_where_it_first_was()
    {
        var error = await FailAsync(new StreamPosition(Input, 1, 17), raw: "{ \"a\": 1 }", key: "k", headers: [Trace('a'), new RecordHeader("x", [0, 255])]);

        var result = await Replay().RunAsync(new ReplaySelection { Ids = [Id(error)] }, null, CancellationToken.None);

        var (record, _) = Assert.Single(await ReplaysAsync());
        Assert.Equal((Topic, 1, "k", "{ \"a\": 1 }"), (record.Position.Topic, record.Position.Partition, Encoding.UTF8.GetString(record.Key!), Encoding.UTF8.GetString(record.Value!)));
        Assert.Equal(["traceparent", "x", ReplayStamp.HeaderName], record.Headers.Select(header => header.Name));
        Assert.Equal([0, 255], record.Headers[1].Value);
        Assert.Equal(
            new ReplayStamp { Origin = new StreamPosition(Input, 1, 17), ErrorId = Guid.Parse(Id(error)), Error = error.Position, Request = result.Request },
            ReplayStamp.Read(record));
    }

    [Theory]
    [InlineData("data:application/octet-stream;base64,wyj/AA==", new byte[] { 0xC3, 0x28, 0xFF, 0x00 })]
    [InlineData("", new byte[0])]
    [InlineData(null, null)]
    public async Task Bytes_that_are_no_text_nothing_and_a_tombstone_come_back_as_they_were(string? raw, byte[]? expected)
    {
        await FailAsync(new StreamPosition(Input, 0, 1), raw);

        await RunAsync(new ReplaySelection());

        Assert.Equal(expected, Assert.Single(await ReplaysAsync()).Record.Value);
    }

    [Fact]
    public async Task Events_leave_in_the_order_of_their_first_positions_however_their_errors_stand_and_however_few_are_sorted_at_a_time()
    {
        var seed = Seed();
        var random = new Random(seed);
        var inputs = Enumerable.Range(0, 60).Select(n => new StreamPosition(n % 3 == 0 ? "mediawiki.page-create" : Input, n % 2, n)).ToArray();
#pragma warning disable CA5394 // A test's order is no secret.
        random.Shuffle(inputs);
#pragma warning restore CA5394
        foreach (var input in inputs)
        {
            await FailAsync(input, "{}");
        }

        var replay = new Replay(Cluster.Platform, new AnySchema(), TimeProvider.System) { MaxEvents = 7 };
        var result = await replay.RunAsync(new ReplaySelection(), null, CancellationToken.None);

        Assert.Equal(60, result.Plan.PlannedCount);
        var written = (await ReplaysAsync()).Select(replayed => replayed.Stamp.Origin).GroupBy(origin => origin.Partition).ToDictionary(group => group.Key, group => group.ToList());
        Assert.All([0, 1], partition => Assert.Equal(
            inputs.Where(input => input.Partition == partition).OrderBy(input => input.Topic, StringComparer.Ordinal).ThenBy(input => input.Offset), written[partition]));
    }

    [Fact]
    public async Task What_was_replayed_before_is_left_alone_unless_it_is_wanted_again()
    {
        var error = await FailAsync(new StreamPosition(Input, 0, 1), "{}");

        var first = await RunAsync(new ReplaySelection());
        var second = await RunAsync(new ReplaySelection());
        var third = await RunAsync(new ReplaySelection { Again = true });

        Assert.Equal((1L, 0L, 1L), (first.PlannedCount, second.PlannedCount, third.PlannedCount));
        Assert.Equal((Id(error), ErrorState.Requested), (second.AlreadyDone.Single().Id, second.AlreadyDone.Single().State));
        Assert.Equal(2, (await ReplaysAsync()).Count);
    }

    [Theory]
    [InlineData(ErrorState.Resolved, 0)]
    [InlineData(ErrorState.FailedAgain, 0)]
    public async Task What_the_stage_has_marked_is_left_alone(ErrorState state, int replays)
    {
        var error = await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        await MarkAsync(error, state);

        var plan = await RunAsync(new ReplaySelection());

        Assert.Equal((replays, state), ((await ReplaysAsync()).Count, plan.AlreadyDone.Single().State));
    }

    [Fact]
    public async Task An_event_that_is_read_anew_and_fails_as_it_did_is_open_again()
    {
        var first = await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        await MarkAsync(first, ErrorState.Resolved);
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");

        var plan = await RunAsync(new ReplaySelection());

        Assert.Equal((1L, 0L), (plan.PlannedCount, plan.AlreadyDoneCount));
    }

    [Fact]
    public async Task The_same_error_event_twice_is_replayed_once()
    {
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");

        Assert.Equal(1, (await RunAsync(new ReplaySelection())).PlannedCount);
        Assert.Single(await ReplaysAsync());
    }

    [Fact]
    public async Task Of_an_event_that_failed_again_the_newer_failure_is_replayed_and_the_first_position_stays()
    {
        var origin = new StreamPosition(Input, 1, 17);
        var first = await FailAsync(origin, "{}");
        var stamp = new ReplayStamp { Origin = origin, ErrorId = Guid.Parse(Id(first)), Error = first.Position, Request = Guid.NewGuid() };
        var newer = Guid.NewGuid();
        await Cluster.ProduceAsync(Errors, 0, Error(origin, raw: "{}").Replace(Id(first), newer.ToString(), StringComparison.Ordinal), 1, stamp.Header(), new RecordHeader(ErrorInput.HeaderName, "PageChange.replay/1/0"u8.ToArray()));
        await MarkAsync(first, ErrorState.FailedAgain, newer.ToString());

        var plan = await RunAsync(new ReplaySelection());

        Assert.Equal([newer.ToString()], plan.Planned.Select(planned => planned.Id));
        Assert.Equal(newer.ToString(), plan.AlreadyDone.Single().NewId);
        var replayed = Assert.Single(await ReplaysAsync());
        Assert.Equal((origin, newer), (replayed.Stamp.Origin, replayed.Stamp.ErrorId));
        Assert.Equal([ReplayStamp.HeaderName], replayed.Record.Headers.Select(header => header.Name));
    }

    [Fact]
    public async Task A_cut_event_is_completed_from_where_it_stands()
    {
        var whole = new string('a', 5_000);
        var origin = await Cluster.ProduceAsync(Input, 0, whole);
        await FailAsync(origin, whole[..100], message: "Too large. (raw_event holds the first 100 of 5,000 bytes)");

        await RunAsync(new ReplaySelection());

        Assert.Equal(whole, Encoding.UTF8.GetString(Assert.Single(await ReplaysAsync()).Record.Value!));
    }

    private static int Seed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MILLRACE_SEED"), out var given) ? given : 20260131;
        Console.WriteLine($"MILLRACE_SEED={seed}");
        return seed;
    }
}
