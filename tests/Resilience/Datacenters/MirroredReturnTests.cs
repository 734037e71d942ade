namespace Millrace.Resilience;

/// <summary>On mirrored clusters, the old side comes back: as a zombie, or to take over again.</summary>
public sealed class MirroredReturnTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_zombie_repeats_what_its_successor_does_until_it_is_paused_and_every_repetition_can_be_told()
    {
        await using var sites = await Sites.StartAsync(new Run(Seed.Take(output.WriteLine), 1, output.WriteLine), shared: false);
        await sites.ProgressAsync(sites.Eqiad, 100);
        await sites.Eqiad.Worker!.PauseAsync();
        sites.Eqiad.IsSilent = true;

        Assert.Single(await sites.FailOverAsync());
        await sites.ProgressAsync(sites.Codfw, 50);
        await sites.Eqiad.Worker.ContinueAsync();
        await sites.ProgressAsync(sites.Eqiad, 50);
        sites.Eqiad.IsSilent = false;
        Assert.Empty(await sites.FailOverAsync());

        Assert.NotEmpty(await MirroredVerdict.JudgeAsync(sites));
    }

    [Fact]
    public async Task There_and_back_again_loses_nothing_and_every_repetition_can_be_told()
    {
        await using var sites = await Sites.StartAsync(new Run(Seed.Take(output.WriteLine), 1, output.WriteLine), shared: false);
        await sites.ProgressAsync(sites.Eqiad, 100);

        Assert.Empty(await sites.FailOverAsync("codfw"));
        await sites.ProgressAsync(sites.Codfw, 100);
        Assert.Empty(await sites.FailOverAsync("eqiad"));
        await sites.ProgressAsync(sites.Eqiad, 50);

        await MirroredVerdict.JudgeAsync(sites);
    }
}
