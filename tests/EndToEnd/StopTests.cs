using Xunit.Abstractions;

namespace Millrace.EndToEnd;

/// <summary>A session ends in order whenever it is stopped: while its functions still get their partitions, while the first events are worked on, and later.</summary>
public sealed class StopTests(ITestOutputHelper output)
{
    private const int Sessions = 4;

    [Fact]
    public async Task Sessions_that_are_stopped_at_any_moment_end_in_order()
    {
        var seed = Environment.GetEnvironmentVariable("MILLRACE_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"MILLRACE_SEED={seed}");
        var random = new Random(seed);
        var moments = Enumerable.Range(0, Sessions).Select(_ => TimeSpan.FromMilliseconds(random.Next(4_000))).ToList();

        await Task.WhenAll(moments.Select(StopAsync));
    }

    private static async Task StopAsync(TimeSpan moment)
    {
        using var millrace = new MillraceCommand();
        using var dev = millrace.Start("dev", "--port", "0", "--rate", "20");
        await dev.SaysAsync("Waiting for the functions' partitions");
        await Task.Delay(moment, TimeProvider.System);
        await dev.SignalAsync("TERM");
        var ended = await dev.EndAsync();

        // 143 is that of one that had to be ended after 30 s, and 134 and 139 are those of one that ended with a fault of memory.
        Assert.True(ended.ExitCode == 0, $"Stopped after {moment}, it ended with {ended.ExitCode}: {ended.Output}{ended.Error}");
    }
}
