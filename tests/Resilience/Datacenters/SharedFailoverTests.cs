namespace Millrace.Resilience;

/// <summary>A datacenter takes over from another on a cluster that both use: each event is there once, whatever the old side does.</summary>
public sealed class SharedFailoverTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_old_side_that_drains_leaves_everything_there_once()
    {
        await using var sites = await StartAsync();
        await sites.ProgressAsync(sites.Eqiad, 100);

        Assert.Empty(await sites.FailOverAsync());
        await sites.ProgressAsync(sites.Codfw, 50);

        await JudgeAsync(sites);
    }

    [Fact]
    public async Task An_old_side_that_is_slow_is_not_waited_for_and_everything_is_there_once()
    {
        await using var sites = await StartAsync();
        sites.Eqiad.IsSlow = true;
        await sites.ProgressAsync(sites.Eqiad, 100);

        Assert.Empty(await sites.FailOverAsync(with: options => options with { DrainTime = TimeSpan.FromMilliseconds(200) }));
        await sites.ProgressAsync(sites.Codfw, 30);

        await JudgeAsync(sites);
    }

    [Fact]
    public async Task An_old_side_that_dies_and_one_that_comes_back_as_a_zombie_leave_everything_there_once()
    {
        await using var sites = await StartAsync();
        await sites.ProgressAsync(sites.Eqiad, 100);
        var zombie = sites.Eqiad.Worker!;
        await zombie.PauseAsync();
        sites.Eqiad.IsSilent = true;

        Assert.Single(await sites.FailOverAsync());
        await sites.ProgressAsync(sites.Codfw, 50);
        await zombie.ContinueAsync();
        await sites.ProgressAsync(sites.Codfw, 50);
        await sites.Codfw.Worker!.KillAsync();
        await sites.ProgressAsync(sites.Eqiad, 50);

        // Dead with a datacenter that answers: it runs nowhere, and goes back to where it came from.
        sites.Eqiad.IsSilent = false;
        await sites.FailOverAsync("eqiad");

        await JudgeAsync(sites);
    }

    private static async Task JudgeAsync(Sites sites)
    {
        await sites.FinishAsync();
        var verdict = sites.Judge(sites.Outputs);
        Assert.True(verdict.IsExactlyOnce && verdict.Inputs > 0, verdict.ToString());
    }

    private Task<Sites> StartAsync() => Sites.StartAsync(new Run(Seed.Take(output.WriteLine), 1, output.WriteLine), shared: true);
}
