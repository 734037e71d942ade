namespace Millrace.Resilience;

/// <summary>A stage that runs in each datacenter is paused in one of them, and let go on.</summary>
public sealed class ActiveActiveTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Where_each_event_is_worked_on_once_those_of_the_paused_side_wait_for_it()
    {
        await using var sites = await Sites.StartAsync(new Run(Seed.Take(output.WriteLine), 1, output.WriteLine), shared: false, """{ "mode": "active-active" }""");
        await sites.ProgressAsync(sites.Eqiad, 50);

        Assert.Empty(await sites.FailOverAsync("codfw"));
        await sites.ProgressAsync(sites.Codfw, 50);
        Assert.Empty(await sites.FailOverAsync(Local.Failover.Everywhere));

        await sites.FinishAsync();
        var verdict = sites.Judge(sites.Outputs);
        Assert.True(verdict.IsExactlyOnce && verdict.Inputs > 0, verdict.ToString());
        Assert.All(sites.Outputs, written => Assert.Equal(int.Parse(written.Output.Event.Key[1..], System.Globalization.CultureInfo.InvariantCulture) % 2 == 0, written.Output.At.Topic.StartsWith("eqiad.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Where_each_side_works_on_all_events_each_has_all_of_them_once()
    {
        await using var sites = await Sites.StartAsync(new Run(Seed.Take(output.WriteLine), 1, output.WriteLine), shared: false, """{ "mode": "active-active", "compute": "double" }""");
        await sites.ProgressAsync(sites.Eqiad, 50);

        Assert.Empty(await sites.FailOverAsync("codfw"));
        await sites.ProgressAsync(sites.Codfw, 50);
        Assert.Empty(await sites.FailOverAsync(Local.Failover.Everywhere));

        await sites.FinishAsync(() => sites.Outputs.CountBy(written => (written.Output.Event.Key, written.Output.Event.Sequence)).All(count => count.Value == 2));
        foreach (var prefix in (string[])["eqiad.", "codfw."])
        {
            var verdict = sites.Judge(sites.Outputs.Where(written => written.Output.At.Topic.StartsWith(prefix, StringComparison.Ordinal)));
            Assert.True(verdict.IsExactlyOnce && verdict.Inputs > 0, $"{prefix}: {verdict}");
        }

        // The same event has one id, whichever side brought it out.
        Assert.All(sites.Outputs.GroupBy(written => (written.Output.Event.Key, written.Output.Event.Sequence)), both => Assert.Single(both.Select(written => written.Id).Distinct()));
    }
}
