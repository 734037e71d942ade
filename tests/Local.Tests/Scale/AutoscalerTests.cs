using Millrace.Core;

namespace Millrace.Local.Tests;

/// <summary>How replicas follow the lag in time, second by second.</summary>
public sealed class AutoscalerTests
{
    private static readonly ScaleRules Rules = ScaleRules.Of(new ScaleOptions { LagThreshold = 100, ActivationLagThreshold = 8 }, partitions: 8);

    [Fact]
    public void The_first_replica_starts_at_the_first_poll_that_finds_a_lag_beyond_the_activation_threshold()
    {
        var replicas = Run(Rules, seconds: 90, second => second < 40 ? 8 : 9);

        Assert.All(replicas[..60], count => Assert.Equal(0, count));
        Assert.Equal(1, replicas[60]);
    }

    [Fact]
    public void More_replicas_wait_for_the_scale_up_window_and_then_come_four_at_a_time_and_no_faster()
    {
        var replicas = Run(Rules, seconds: 120, _ => 800);

        Assert.Equal([0, 1, 5, 8], Changes(replicas).Select(change => change.Replicas).Prepend(0));
        Assert.Equal([0, 45, 60], Changes(replicas).Select(change => change.Second));
    }

    [Fact]
    public void A_peak_shorter_than_the_scale_up_window_adds_nothing() =>
        Assert.Equal(1, Run(Rules with { PollingInterval = TimeSpan.FromSeconds(1), ScaleUpWindow = TimeSpan.FromSeconds(60) }, seconds: 300, second => second is >= 100 and < 145 ? 800 : 90).Max());

    [Fact]
    public void A_dip_shorter_than_the_scale_down_window_removes_nothing() =>
        Assert.Equal(8, Run(Rules, seconds: 900, second => second is >= 300 and < 570 ? 10 : 800)[300..].Min());

    [Fact]
    public void Replicas_go_one_a_minute_once_the_scale_down_window_has_passed()
    {
        var replicas = Run(Rules, seconds: 1_200, second => second < 200 ? 800 : 100);
        var down = Changes(replicas).SkipWhile(change => change.Replicas != 8).Skip(1).ToList();

        Assert.Equal([7, 6, 5, 4, 3, 2, 1], down.Select(change => change.Replicas));
        Assert.Equal(195 + 300, down[0].Second);
        Assert.All(down.Zip(down.Skip(1)), pair => Assert.Equal(60, pair.Second.Second - pair.First.Second));
    }

    [Fact]
    public void All_that_is_left_goes_to_zero_at_once_when_the_cooldown_has_passed_since_the_last_activity()
    {
        var replicas = Run(Rules, seconds: 700, second => second <= 240 ? 800 : 0);

        Assert.Equal(0, Changes(replicas)[^1].Replicas);
        Assert.Equal(540, Changes(replicas)[^1].Second);
        Assert.True(Changes(replicas)[^2].Replicas > 1, "The cooldown is as long as the scale-down window: it comes to zero from many.");
    }

    [Fact]
    public void Activity_within_the_cooldown_begins_it_anew() =>
        Assert.DoesNotContain(0, Run(Rules, seconds: 1_000, second => second % 290 < 30 ? 100 : 0));

    [Fact]
    public void At_least_so_many_replicas_as_are_asked_for_are_always_there()
    {
        var replicas = Run(Rules with { MinReplicas = 2 }, seconds: 900, second => second < 100 ? 800 : 0);

        Assert.Equal((2, 8, 2), (replicas.Min(), replicas.Max(), replicas[^1]));
    }

    [Fact]
    public void Of_several_topics_the_one_that_wants_most_decides()
    {
        var autoscaler = new Autoscaler(Rules);
        for (var second = 0; second < 120; second++)
        {
            autoscaler.Step(TimeSpan.FromSeconds(second), [new("a", [new(0, 250)]), new("b", [new(0, 200), new(0, 200), new(0, 190)])]);
        }

        Assert.Equal(3, autoscaler.Replicas);
        Assert.Equal(840, autoscaler.Lag);
    }

    [Fact]
    public void A_faster_time_gives_the_same_replicas_sooner()
    {
        static long Lag(double second) => second < 300 ? 800 : 20;
        var slow = new Autoscaler(Rules);
        var fast = new Autoscaler(Rules.Faster(10));
        for (var second = 0; second < 1_500; second++)
        {
            var offsets = Even(Lag(second));
            Assert.Equal(slow.Step(TimeSpan.FromSeconds(second), offsets), fast.Step(TimeSpan.FromSeconds(second) / 10, offsets));
        }
    }

    [Fact]
    public void Nothing_is_due_before_the_next_poll_or_look()
    {
        var autoscaler = new Autoscaler(Rules);
        autoscaler.Step(TimeSpan.Zero, Even(0));
        Assert.Equal(TimeSpan.FromSeconds(30), autoscaler.Next);

        autoscaler.Step(TimeSpan.FromSeconds(30), Even(800));
        Assert.Equal(TimeSpan.FromSeconds(45), autoscaler.Next);
    }

    private static IReadOnlyList<TopicOffsets> Even(long lag) =>
        [new TopicOffsets("in", [.. Enumerable.Range(0, 8).Select(partition => new PartitionOffsets(0, (lag / 8) + (partition < lag % 8 ? 1 : 0)))])];

    private static int[] Run(ScaleRules rules, int seconds, Func<int, long> lag)
    {
        var autoscaler = new Autoscaler(rules);
        return [.. Enumerable.Range(0, seconds).Select(second => autoscaler.Step(TimeSpan.FromSeconds(second), Even(lag(second))))];
    }

    private static List<(int Second, int Replicas)> Changes(int[] replicas) =>
        [.. replicas.Select((count, second) => (Second: second, Replicas: count)).Where(now => now.Replicas != (now.Second == 0 ? 0 : replicas[now.Second - 1]))];
}
