namespace Millrace.Local.Tests;

/// <summary>KEDA's formula, and each of its traps.</summary>
public sealed class LagFormulaTests
{
    private static readonly ScaleRules Rules = new() { LagThreshold = 100, MaxReplicas = 4 };

    [Fact]
    public void The_lag_is_what_stands_between_the_committed_offsets_and_the_ends() =>
        Assert.Equal(new LagMetric(IsActive: true, Lag: 30, Total: 30), LagFormula.Measure([new(5, 15), new(7, 27)], Rules));

    [Fact]
    public void A_partition_without_a_committed_offset_counts_from_its_first_record_where_the_consumer_begins_there() =>
        Assert.Equal(40, LagFormula.Measure([new(null, 40)], Rules).Lag);

    [Fact]
    public void A_partition_without_a_committed_offset_counts_one_where_the_consumer_begins_at_the_end() =>
        Assert.Equal(1, LagFormula.Measure([new(null, 40)], Rules with { OffsetResetPolicy = OffsetResetPolicy.Latest }).Lag);

    [Theory]
    [InlineData("Latest")]
    [InlineData("Earliest")]
    public void A_partition_without_a_committed_offset_counts_nothing_where_that_is_to_permit_zero(string policy) =>
        Assert.Equal(0, LagFormula.Measure([new(null, 40)], Rules with { OffsetResetPolicy = Enum.Parse<OffsetResetPolicy>(policy), ScaleToZeroOnInvalidOffset = true }).Total);

    [Fact]
    public void A_partition_whose_end_nobody_knows_counts_nothing() => Assert.Equal(7, LagFormula.Measure([new(3, null), new(0, 7)], Rules).Lag);

    [Fact]
    public void A_stage_is_active_beyond_its_threshold_and_not_at_it()
    {
        Assert.False(LagFormula.Measure([new(0, 10)], Rules with { ActivationLagThreshold = 10 }).IsActive);
        Assert.True(LagFormula.Measure([new(0, 11)], Rules with { ActivationLagThreshold = 10 }).IsActive);
    }

    [Fact]
    public void The_cap_does_not_hide_a_lag_from_the_activation()
    {
        var metric = LagFormula.Measure([new(0, 1_000)], Rules with { ActivationLagThreshold = 500 });

        Assert.Equal((100, 1_000, true), (metric.Lag, metric.Total, metric.IsActive));
    }

    [Theory]
    [InlineData(250, 2, 3)]
    [InlineData(201, 1, 3)]
    [InlineData(200, 1, 2)]
    [InlineData(0, 3, 0)]
    public void The_replicas_are_the_lag_by_the_threshold_rounded_up(long lag, int replicas, long wanted) =>
        Assert.Equal(wanted, LagFormula.Wanted(lag, replicas, Rules));

    [Fact]
    public void Trap_1_a_lag_just_beyond_that_of_all_partitions_wants_one_replica_more_than_there_are_partitions()
    {
        PartitionOffsets[] four = [new(0, 110), new(0, 110), new(0, 110), new(0, 110)];
        var justBeyond = LagFormula.Measure(four, Rules);
        var farBeyond = LagFormula.Measure([new(0, 500), .. four[1..]], Rules);

        Assert.Equal(5, LagFormula.Wanted(justBeyond.Lag, 1, Rules));
        Assert.Equal(4, LagFormula.Wanted(farBeyond.Lag, 1, Rules));

        // Hence the most replicas that a stage has by itself: as many as there are partitions.
        var rules = ScaleRules.Of(new Core.ScaleOptions { LagThreshold = 100 }, partitions: 4);
        Assert.Equal(4, rules.MaxReplicas);
        Assert.Equal(4, Autoscale(rules, _ => four).Max());
    }

    [Theory]
    [InlineData(21, 24)]
    [InlineData(22, 22)]
    [InlineData(23, 23)]
    public void Trap_2_the_tolerance_stops_24_partitions_at_22_replicas(int replicas, long wanted) =>
        Assert.Equal(wanted, LagFormula.Wanted(24 * 100, replicas, Rules));

    [Fact]
    public void Trap_2_without_the_tolerance_24_partitions_get_24_replicas() =>
        Assert.Equal(24, LagFormula.Wanted(24 * 100, 22, Rules with { Tolerance = 0.05 }));

    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 1)]
    public void Trap_3_a_slow_batch_looks_like_persistent_lag_to_those_who_look_between_its_commits(bool useCachedMetrics, int replicas)
    {
        // A batch takes 20 s: who looks every 30 s sees every commit, who looks every 15 s sees none every other time.
        var rules = Rules with { ExcludePersistentLag = true, UseCachedMetrics = useCachedMetrics, ScaleUpWindow = TimeSpan.FromSeconds(30) };

        Assert.Equal(replicas, Autoscale(rules, now => [.. Enumerable.Repeat(new PartitionOffsets(10 * ((long)now.TotalSeconds / 20), 10_000), 4)]).Max());
    }

    [Fact]
    public void Trap_4_the_markers_of_transactions_keep_a_stage_active_unless_the_threshold_is_the_lag_that_they_keep()
    {
        PartitionOffsets[] atRest = [new(10, 11), new(20, 21), new(30, 31), new(40, 41)];

        Assert.True(LagFormula.Measure(atRest, Rules with { ActivationLagThreshold = 3 }).IsActive);
        Assert.False(LagFormula.Measure(atRest, Rules with { ActivationLagThreshold = 4 }).IsActive);
        Assert.True(LagFormula.Measure(atRest, Rules).IsActive);
        Assert.False(LagFormula.Measure(atRest, Rules, restingLag: 4).IsActive);
    }

    [Fact]
    public void Trap_4_transactions_that_write_to_a_partition_at_once_leave_a_marker_each()
    {
        PartitionOffsets[] atRest = [new(10, 13), new(20, 22)];

        Assert.True(LagFormula.Measure(atRest, Rules, restingLag: 2).IsActive);
        Assert.False(LagFormula.Measure(atRest, Rules, restingLag: 6).IsActive);
    }

    [Fact]
    public void Trap_6_idle_consumers_and_partitions_with_lag_do_not_go_together()
    {
        var refused = Assert.Throws<UsageException>(() => ScaleSetting.Apply(Rules, ["limitToPartitionsWithLag=true", "allowIdleConsumers=true"], "--set"));

        Assert.Contains("limitToPartitionsWithLag and allowIdleConsumers", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Idle_consumers_lift_the_cap() =>
        Assert.Equal(1_000, LagFormula.Measure([new(0, 1_000)], Rules with { AllowIdleConsumers = true }).Lag);

    [Fact]
    public void Partitions_without_lag_can_be_left_without_a_replica() =>
        Assert.Equal(100, LagFormula.Measure([new(0, 1_000), new(5, 5), new(6, 6)], Rules with { LimitToPartitionsWithLag = true }).Lag);

    private static List<int> Autoscale(ScaleRules rules, Func<TimeSpan, PartitionOffsets[]> partitions)
    {
        var autoscaler = new Autoscaler(rules);
        return [.. Enumerable.Range(0, 600).Select(second => TimeSpan.FromSeconds(second)).Select(now => autoscaler.Step(now, [new TopicOffsets("in", partitions(now))]))];
    }
}
