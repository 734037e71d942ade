using Millrace.Core;

namespace Millrace.Local.Tests;

/// <summary>The model behind a simulation.</summary>
public sealed class ScaleSimulationTests : IDisposable
{
    private readonly ScaleVerb _files = new();

    private static readonly SimulationOptions Options = new()
    {
        Rules = ScaleRules.Of(new ScaleOptions { LagThreshold = 1_000 }, partitions: 4),
        Partitions = 4,
        EventsPerSecond = 100,
    };

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_replica_works_when_it_has_started_and_the_group_has_found_itself()
    {
        var moments = Run(Options, "0,50", "600,0");

        // Measured at once; ten seconds to start; three of pause.
        Assert.Equal((0, 10), (moments.First(moment => moment.Replicas == 1).Second, moments.First(moment => moment.Ready == 1).Second));
        Assert.True(moments[13].Lag > moments[12].Lag);
        Assert.True(moments[14].Lag < moments[13].Lag);
    }

    [Fact]
    public void The_lag_in_seconds_is_the_age_of_the_oldest_event_that_waits()
    {
        var moments = Run(Options, "0,50", "600,0");

        Assert.Equal(5, moments[5].Age);
        Assert.Equal(13, moments[13].Age);
        Assert.Equal(0, moments[300].Age);
        Assert.Equal(0, moments[^1].Age);
    }

    [Fact]
    public void What_comes_in_is_processed_in_the_end()
    {
        var moments = Run(Options, "0,0", "100,900", "160,0");
        var summary = SimulationSummary.Of(moments);

        Assert.Equal((54_000, 4), (summary.Events, summary.PeakReplicas));
        Assert.InRange(summary.LeftOver, 0, 1e-3);
        Assert.Equal(0, moments[^1].Ready);
        Assert.Equal(summary.ReplicaSeconds, moments.Sum(moment => moment.Replicas));
    }

    [Fact]
    public void More_replicas_than_partitions_do_no_more_work()
    {
        var idle = Options with { Rules = Options.Rules with { MaxReplicas = 12, AllowIdleConsumers = true } };

        Assert.Equal(12, SimulationSummary.Of(Run(idle, "0,2000", "120,0")).PeakReplicas);
        Assert.Equal(400, Run(idle, "0,2000", "120,0").Zip(Run(idle, "0,2000", "120,0").Skip(1)).Max(pair => pair.First.Lag - pair.Second.Lag + pair.Second.Rate), 3);
    }

    [Fact]
    public void Markers_of_transactions_keep_a_stage_from_zero_where_the_activation_threshold_does_not_allow_for_them()
    {
        var transactional = Options with { MarkersPerPartition = 3 };
        var strict = transactional with { Rules = Options.Rules with { ActivationLagThreshold = 0 } };

        Assert.Equal(0, Run(transactional, "0,50", "60,0")[^1].Replicas);
        Assert.Equal(1, Run(strict, "0,50", "60,0")[^1].Replicas);
    }

    [Fact]
    public void A_stage_that_cannot_keep_up_is_given_up_after_a_day()
    {
        var moments = Run(Options with { EventsPerSecond = 0.01 }, "0,100", "60,0");

        Assert.True(SimulationSummary.Of(moments).LeftOver > 1_000);
        Assert.InRange(moments.Count, 24 * 3600, (24 * 3600) + 121);
    }

    private IReadOnlyList<ScaleMoment> Run(SimulationOptions options, params string[] trace) => ScaleSimulation.Run(RateTrace.Read(_files.Write("t.csv", trace)), options);
}
