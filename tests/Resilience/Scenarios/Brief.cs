namespace Millrace.Resilience;

/// <summary>Runs one scenario briefly, as a test.</summary>
internal static class Brief
{
    /// <summary>Fails with the first differences unless everything is there once, in order.</summary>
    public static async Task RunAsync(ITestOutputHelper output, Scenario scenario)
    {
        var started = TimeProvider.System.GetTimestamp();
        var run = new Run(Seed.Take(output.WriteLine), size: 1, text => output.WriteLine($"{TimeProvider.System.GetElapsedTime(started).TotalSeconds,6:0.0} {text}"));
        var verdict = await scenario.RunAsync(run);

        Assert.True(verdict.IsExactlyOnce, $"{scenario.Name}: {verdict}");
        Assert.True(verdict.Inputs > 0, $"{scenario.Name}: nothing went in.");
    }
}
