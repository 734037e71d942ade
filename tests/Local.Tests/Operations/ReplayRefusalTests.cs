using Millrace.Core;
using Millrace.Testing;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

/// <summary>What cannot be replayed is said, and nothing of it is written.</summary>
public sealed class ReplayRefusalTests : ReplayBed
{
    [Theory]
    [InlineData("b", 0, "there is another record")]
    [InlineData("a", 7, "there is no record any more")]
    public async Task A_cut_event_that_is_not_there_any_more_is_refused(string content, long offset, string reason)
    {
        await Cluster.ProduceAsync(Input, 0, string.Concat(Enumerable.Repeat(content, 5_000)));
        await FailAsync(new StreamPosition(Input, 0, offset), new string('a', 100), message: "Too large. (raw_event holds the first 100 of 5,000 bytes)");

        var refused = (await RunAsync(new ReplaySelection())).Refused.Single();

        Assert.Equal($"its error event has only the first 100 of its 5,000 bytes, and at {Input}/0/{offset} {reason}", refused.Reason);
        Assert.Empty(await ReplaysAsync());
    }

    [Theory]
    [InlineData("\"partition\":0", "\"partition\":5", "it first was in partition 5, and PageChange.replay has 2 partitions; give it as many as mediawiki.revision-create has")]
    [InlineData("mediawiki.revision-create", "elsewhere", "PageChange does not read elsewhere, which the event was of")]
    [InlineData("\"source\"", "\"sauce\"", "it does not say where the event stood (meta.source)")]
    [InlineData("\"emitter_id\":\"PageChange\"", "\"emitter_id\":\"Other\"", "it is of 'Other' (emitter_id), and stands in the error stream of PageChange")]
    [InlineData("\"raw_event\":\"{}\"", "\"raw_event\":\"data:application/octet-stream;base64,!\"", "its raw_event begins as base64 does, and is none")]
    [InlineData("\"id\":\"", "\"id\":\"x", "its id is no UUID, by which one could tell that it was replayed")]
    public async Task What_cannot_be_replayed_is_refused_with_the_reason_and_stops_nothing_else(string part, string other, string reason)
    {
        await Cluster.ProduceAsync(Errors, 0, Error(new StreamPosition(Input, 0, 1), raw: "{}").Replace(part, other, StringComparison.Ordinal));
        await FailAsync(new StreamPosition(Input, 0, 2), "{}");

        var plan = await RunAsync(new ReplaySelection());

        Assert.Equal((reason, 1L), (plan.Refused.Single().Reason, plan.PlannedCount));
        Assert.Equal(2, Assert.Single(await ReplaysAsync()).Stamp.Origin.Offset);
    }

    [Fact]
    public async Task Without_its_topic_a_replay_says_how_to_create_it()
    {
        using var other = new ObservedCluster();
        await other.ProduceAsync(Errors, 0, Error(new StreamPosition(Input, 0, 1)));

        var missing = await Assert.ThrowsAsync<UsageException>(() => new Replay(other.Platform, new AnySchema(), TimeProvider.System).PlanAsync(new ReplaySelection(), CancellationToken.None));

        Assert.Contains($"There is no topic {Topic}", missing.Message, StringComparison.Ordinal);
        Assert.Contains($"kafka-topics --create --topic {Topic} --partitions 4 --bootstrap-server {other.Broker.BootstrapServers}", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_named_and_not_there_is_said()
    {
        var plan = await RunAsync(new ReplaySelection { Ids = ["nowhere", "PageChange.error/0/99"] });

        Assert.Equal(["PageChange.error/0/99", "nowhere"], plan.Unknown);
    }

    [Fact]
    public async Task A_plan_writes_nothing_and_says_the_same_as_the_run()
    {
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        await FailAsync(new StreamPosition(Input, 0, 0), "{}");

        var plan = await Replay().PlanAsync(new ReplaySelection(), CancellationToken.None);

        Assert.Empty(await ReplaysAsync());
        Assert.Equal(plan.Planned, (await RunAsync(new ReplaySelection())).Planned);
    }
}
