using Millrace.Core;
using Millrace.Hosting;
using Millrace.Local;

namespace Millrace.Console.Tests;

/// <summary>How many replicas KEDA's formula asks for, by what is seen of a stage.</summary>
public sealed class ReplicaDemandTests
{
    private const string Changes = "mediawiki.page_change.v1";

    // Its threshold is 2,000; what writes its input leaves markers of transactions in it.
    private static readonly StageCatalog Catalog = CatalogFiles.Load(AppContext.BaseDirectory);

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(20, 0, 0)]
    [InlineData(1_000, 0, 1)]
    [InlineData(2_100, 0, 1)]
    [InlineData(2_500, 0, 2)]
    [InlineData(7_000, 0, 4)]
    [InlineData(1_000_000, 0, 4)]
    [InlineData(4_100, 2, 2)]
    public void It_follows_the_lag_from_none_to_the_number_of_partitions(long lag, int replicas, int desired)
    {
        var demand = Of(replicas, Partitions(Changes, lag));

        Assert.Equal((replicas, desired, 4), (demand.Replicas, demand.Desired, demand.Rules.MaxReplicas));
    }

    [Fact]
    public void One_event_to_replay_wakes_the_stage()
    {
        var demand = Of(0, [.. Partitions(Changes, 0), .. Partitions("PageContentChange.replay", 1)]);

        Assert.Equal((1, 0), (demand.Desired, demand.Topics.Single(topic => topic.Topic == "PageContentChange.replay").Activation));
    }

    [Fact]
    public void What_nothing_was_committed_of_is_all_behind()
    {
        var demand = Of(0, [new PartitionStatus(Changes, 0, End: 5_000, Checkpoint: null, Committed: null, Lag: 5_000, LagSeconds: 1)]);

        Assert.Equal((5_000, 1), (demand.Topics.Single().Lag, demand.Desired));
    }

    [Fact]
    public void A_stage_without_topics_needs_nobody() => Assert.Equal(0, Of(0, []).Desired);

    private static ReplicaDemand Of(int replicas, IReadOnlyList<PartitionStatus> partitions)
    {
        var stage = Catalog.Get("PageContentChange");
        return ReplicaDemand.Of(Catalog, stage, new StageStatus(stage.Name, StageActivity.Working, replicas * StageFunctions.NamesOf(stage).Count, partitions, DateTimeOffset.UnixEpoch));
    }

    private static PartitionStatus[] Partitions(string topic, long lag) =>
        [.. Enumerable.Range(0, 4).Select(number => new PartitionStatus(topic, number, End: 100 + (number == 0 ? lag : 0), Checkpoint: 100, Committed: 100, Lag: number == 0 ? lag : 0, LagSeconds: 0))];
}
