namespace Millrace.Resilience;

/// <summary>A datacenter takes over from another on mirrored clusters: nothing is lost, and what is there twice has one <c>meta.id</c>.</summary>
public sealed class MirroredFailoverTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Repetitions_are_of_the_stated_overlap_and_can_be_told_by_their_id()
    {
        await using var sites = await Sites.StartAsync(new Run(Seed.Take(output.WriteLine), 1, output.WriteLine), shared: false);
        await sites.ProgressAsync(sites.Eqiad, 150);

        Assert.Empty(await sites.FailOverAsync(with: options => options with { Overlap = Overlap }));
        await sites.ProgressAsync(sites.Codfw, 50);

        var repetitions = await MirroredVerdict.JudgeAsync(sites);
        Assert.NotEmpty(repetitions);
        var settled = Settled(sites);
        Assert.All(repetitions, input => Assert.True(
            input.Time >= settled[(input.Input.At.Topic, input.Input.At.Partition)] - Overlap.TotalMilliseconds, $"{input} is older than the overlap."));
    }

    [Fact]
    public async Task An_old_side_that_is_away_as_a_whole_loses_nothing_and_is_paused_when_it_is_back()
    {
        await using var sites = await Sites.StartAsync(new Run(Seed.Take(output.WriteLine), 1, output.WriteLine), shared: false);
        await sites.ProgressAsync(sites.Eqiad, 150);
        await sites.TimesAreKeptAsync(sites.Eqiad, sites.Codfw);
        sites.Eqiad.IsSilent = true;
        await sites.Eqiad.Broker.DownAsync();
        await sites.Eqiad.Worker!.KillAsync();

        Assert.Single(await sites.FailOverAsync());
        await sites.ProgressAsync(sites.Codfw, 50);
        sites.Eqiad.Broker.Up();
        sites.Eqiad.IsSilent = false;
        Assert.Empty(await sites.FailOverAsync());

        Assert.True(sites.Eqiad.IsPaused);
        await MirroredVerdict.JudgeAsync(sites);
    }

    // The time of the last event of each partition that eqiad brought out.
    private static Dictionary<(string, int), long> Settled(Sites sites)
    {
        var written = sites.Outputs.Where(found => found.Output.At.Topic.StartsWith("eqiad.", StringComparison.Ordinal)).Select(found => (found.Output.Event.Key, found.Output.Event.Sequence)).ToHashSet();
        return sites.Inputs.Where(input => written.Contains((input.Input.Event.Key, input.Input.Event.Sequence)))
            .GroupBy(input => (input.Input.At.Topic, input.Input.At.Partition)).ToDictionary(inputs => inputs.Key, inputs => inputs.Max(input => input.Time));
    }
}
