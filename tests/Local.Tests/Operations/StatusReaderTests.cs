using Microsoft.Extensions.Time.Testing;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

public sealed class StatusReaderTests : IDisposable
{
    private readonly ObservedCluster _cluster = new();
    private readonly FakeTimeProvider _clock = new(Noon.AddSeconds(100));

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task The_checkpoint_decides_what_waits_and_not_what_the_trigger_has_committed()
    {
        await ProduceAsync(5);
        _cluster.Commit("PageChange", Input, 0, 1);
        _cluster.Commit("PageChange.checkpoint", Input, 0, 3);

        var partition = (await ReadAsync("PageChange")).Partitions.Single(partition => partition is { Topic: Input, Partition: 0 });

        Assert.Equal((2, 3, 1, 5), (partition.Lag, partition.Checkpoint, partition.Committed, partition.End));
    }

    [Fact]
    public async Task Without_a_checkpoint_what_the_trigger_has_committed_counts()
    {
        await ProduceAsync(5);
        _cluster.Commit("PageChange", Input, 0, 4);

        Assert.Equal(1, (await ReadAsync("PageChange")).Lag);
    }

    [Fact]
    public async Task A_stage_that_has_settled_nothing_is_behind_by_everything_and_by_the_age_of_the_first_record()
    {
        await ProduceAsync(5);

        var stage = await ReadAsync("PageChange");

        Assert.Equal((5, 100.0, StageActivity.Stopped), (stage.Lag, stage.LagSeconds, stage.State));
    }

    [Fact]
    public async Task The_lag_in_seconds_is_the_age_of_the_oldest_record_that_is_not_settled()
    {
        await ProduceAsync(5);
        _cluster.Commit("PageChange.checkpoint", Input, 0, 3);

        Assert.Equal(97.0, (await ReadAsync("PageChange")).LagSeconds);
    }

    [Fact]
    public async Task Markers_of_transactions_and_aborted_records_are_not_behind()
    {
        using var committed = _cluster.Transact("a", commit: true, (Input, 0, "{}"));
        using var aborted = _cluster.Transact("b", commit: false, (Input, 0, "{}"), (Input, 0, "{}"));
        _cluster.Commit("PageChange.checkpoint", Input, 0, 1);

        var stage = await ReadAsync("PageChange");

        Assert.Equal((0, 0.0, StageActivity.Idle), (stage.Lag, stage.LagSeconds, stage.State));
    }

    [Fact]
    public async Task What_an_open_transaction_holds_back_is_told_where_it_is_open_at_both_looks()
    {
        await ProduceAsync(2);
        using var open = _cluster.Transact("open", commit: null, (Input, 0, "{}"));

        var first = await ReadAsync("PageChange");
        var second = await ReadAsync("PageChange", first);

        Assert.Equal(2, second.Partitions.Single(partition => partition.HeldAt is not null).HeldAt);
        Assert.Equal(2, second.Lag);
        Assert.Contains("PageChange: mediawiki.revision-create/0 is held back at offset 2 by an open transaction of 1 offsets or more", StatusText.Remarks(second));
    }

    [Fact]
    public async Task A_stage_with_members_that_settles_nothing_between_two_looks_is_blocked_until_it_does()
    {
        await ProduceAsync(5);
        using var member = _cluster.Join("PageChange", Input);

        var first = await ReadAsync("PageChange");
        var second = await ReadAsync("PageChange", first);
        _cluster.Commit("PageChange.checkpoint", Input, 0, 2);
        var third = await ReadAsync("PageChange", second);

        Assert.Equal((StageActivity.Working, StageActivity.Blocked, StageActivity.Working), (first.State, second.State, third.State));
        Assert.Equal((1, 0.0, 2.0), (second.Members, second.SettledPerSecond, third.SettledPerSecond));
        Assert.Contains("PageChange: mediawiki.revision-create/0 does not move: 5 wait behind checkpoint none", StatusText.Remarks(second));
    }

    [Fact]
    public async Task Rates_are_what_came_and_what_was_settled_between_two_looks()
    {
        await ProduceAsync(5);
        _cluster.Commit("PageChange.checkpoint", Input, 0, 1);
        var first = await ReadAsync("PageChange");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await ProduceAsync(6);
        _cluster.Commit("PageChange.checkpoint", Input, 0, 5);

        var second = await ReadAsync("PageChange", first);

        Assert.Equal((3.0, 2.0), (second.InPerSecond, second.SettledPerSecond));
    }

    [Fact]
    public async Task A_checkpoint_beyond_the_end_is_that_of_another_topic_of_the_name()
    {
        await ProduceAsync(3);
        _cluster.Commit("PageChange.checkpoint", Input, 0, 900);

        Assert.Equal(3, (await ReadAsync("PageChange")).Lag);
    }

    [Fact]
    public async Task A_stage_without_topics_is_absent()
    {
        using var bare = new ObservedCluster(withTopics: false);
        using var reader = new ClusterReader(bare.Kafka);

        var status = await new StatusReader(bare.Platform, reader, _clock).ReadAsync(bare.Platform.Catalog.Stages);

        Assert.All(status, stage => Assert.Equal((StageActivity.Absent, 0), (stage.State, stage.Lag)));
    }

    private async Task ProduceAsync(int count)
    {
        for (var second = 0; second < count; second++)
        {
            await _cluster.ProduceAsync(Input, 0, "{}", second);
        }
    }

    private async Task<StageStatus> ReadAsync(string stage, StageStatus? earlier = null)
    {
        using var reader = new ClusterReader(_cluster.Kafka);
        _clock.Advance(earlier is null ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
        var now = Assert.Single(await new StatusReader(_cluster.Platform, reader, _clock).ReadAsync(_cluster.Platform.Choose([stage])));
        return earlier is null ? now : now.Since(earlier);
    }
}
