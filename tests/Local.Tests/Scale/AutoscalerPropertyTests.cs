using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Millrace.Local.Tests;

/// <summary>What holds whatever the lag does and whatever the settings are.</summary>
public sealed class AutoscalerPropertyTests
{
    private const int Runs = 300;
    private const int Seconds = 400;

    private readonly ulong _seed = ulong.TryParse(Environment.GetEnvironmentVariable("MILLRACE_FUZZ_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : 20260823;

    public AutoscalerPropertyTests(ITestOutputHelper output) => output.WriteLine($"MILLRACE_FUZZ_SEED={_seed}");

    private static Gen<ScaleRules> Rules =>
        from threshold in Gen.Choose(1, 200)
        from min in Gen.Choose(0, 3)
        from max in Gen.Choose(3, 12)
        from activation in Gen.Choose(0, 100)
        from times in Gen.Choose(1, 40).ListOf(4)
        from cooldown in Gen.Choose(0, 90)
        from flags in Gen.Elements(false, true).ListOf(4)
        select new ScaleRules
        {
            LagThreshold = threshold, MinReplicas = min, MaxReplicas = max, ActivationLagThreshold = activation,
            PollingInterval = TimeSpan.FromSeconds(times[0]), ScaleUpWindow = TimeSpan.FromSeconds(times[1] - 1), ScaleDownWindow = TimeSpan.FromSeconds(times[2] - 1), SyncPeriod = TimeSpan.FromSeconds(times[3]),
            CooldownPeriod = TimeSpan.FromSeconds(cooldown), UseCachedMetrics = flags[0], ExcludePersistentLag = flags[1], LimitToPartitionsWithLag = flags[2], ScaleToZeroOnInvalidOffset = flags[3],
        };

    // Phases of a lag that stays for a while: what changes every second would never outlast a window.
    private static Gen<PartitionOffsets[][]> Lags =>
        from phases in Phase.ListOf(Seconds / 20)
        select phases.SelectMany(phase => Enumerable.Repeat(phase, 20)).ToArray();

    private static Gen<PartitionOffsets[]> Phase =>
        from scale in Gen.Elements(0, 5, 100, 2_000)
        from ends in Gen.Choose(0, scale).ListOf(4)
        from unset in Gen.Choose(0, 9)
        select ends.Select((end, number) => new PartitionOffsets(number == unset ? null : 0, end)).ToArray();

    [Fact]
    public void There_are_never_more_replicas_than_the_most_nor_fewer_than_the_least() => ForAll((rules, lags) =>
        Assert.All(Run(rules, lags), replicas => Assert.InRange(replicas, rules.MinReplicas, rules.MaxReplicas)));

    [Fact]
    public void Zero_comes_only_when_no_poll_of_the_cooldown_has_found_activity() => ForAll((rules, lags) =>
    {
        var autoscaler = new Autoscaler(rules);
        var (before, lastActive) = (autoscaler.Replicas, double.NegativeInfinity);
        for (var second = 0; second < lags.Length; second++)
        {
            var after = autoscaler.Step(TimeSpan.FromSeconds(second), [new("in", lags[second])]);
            lastActive = autoscaler.IsActive ? second : lastActive;
            Assert.False(before > 0 && after == 0 && autoscaler.IsActive, $"To zero although active, at {second} s.");
            Assert.False(before > 0 && after == 0 && second - lastActive < rules.CooldownPeriod.TotalSeconds - rules.PollingInterval.TotalSeconds, $"To zero {second - lastActive} s after activity.");
            before = after;
        }
    });

    [Fact]
    public void Short_of_zero_a_minute_ends_with_one_replica_less_at_most_than_it_began_with() => ForAll((rules, lags) =>
    {
        var replicas = Run(rules, lags);
        var down = Enumerable.Range(1, replicas.Length - 1).Where(second => replicas[second] < replicas[second - 1] && replicas[second] > 0);
        Assert.All(down, second => Assert.True(replicas[second] >= replicas[Math.Max(0, second - 60)] - 1, $"At {second} s."));
    });

    [Fact]
    public void A_lag_that_stays_away_leaves_the_least_in_the_end() => ForAll((rules, lags) =>
    {
        var rest = Enumerable.Repeat(new PartitionOffsets[] { new(9, 9), new(9, 9), new(9, 9), new(9, 9) }, 60 * 12);
        Assert.Equal(rules.MinReplicas, Run(rules, [.. lags, .. rest])[^1]);
    });

    [Fact]
    public void More_lag_never_wants_fewer_replicas_where_the_most_is_the_number_of_partitions()
    {
        var cases = from rules in Rules from lag in Gen.Choose(0, 3_000) from more in Gen.Choose(0, 3_000) from replicas in Gen.Choose(1, 8) select (rules, lag, more, replicas);
        foreach (var (any, lag, more, replicas) in cases.Sample(20_000, new Rnd(_seed, 1), 50))
        {
            var rules = any with { LimitToPartitionsWithLag = false, MaxReplicas = 8 };
            Assert.True(Wanted(lag + more) >= Wanted(lag), $"{lag} and {lag + more} events of lag, {replicas} replicas, {rules}");

            long Wanted(long events) => Math.Min(rules.MaxReplicas, LagFormula.Wanted(LagFormula.Measure(
                [.. Enumerable.Range(0, 8).Select(number => new PartitionOffsets(0, (events / 8) + (number < events % 8 ? 1 : 0)))], rules).Lag, replicas, rules));
        }
    }

    private static int[] Run(ScaleRules rules, PartitionOffsets[][] lags)
    {
        var autoscaler = new Autoscaler(rules);
        return [.. lags.Select((partitions, second) => autoscaler.Step(TimeSpan.FromSeconds(second), [new("in", partitions)]))];
    }

    private void ForAll(Action<ScaleRules, PartitionOffsets[][]> property)
    {
        var cases = from rules in Rules from lags in Lags select (rules, lags);
        foreach (var (rules, lags) in cases.Sample(Runs, new Rnd(_seed, 1), 50))
        {
            property(rules, lags);
        }
    }
}
