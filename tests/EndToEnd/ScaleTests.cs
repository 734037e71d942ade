using System.Diagnostics;
using System.Globalization;

namespace Millrace.EndToEnd;

/// <summary><c>millrace dev --scale</c>: stages in worker processes, as many as their lag wants.</summary>
public sealed class ScaleTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly MillraceCommand _millrace = new();

    public void Dispose() => _millrace.Dispose();

    [Fact]
    public async Task A_burst_starts_workers_and_leaves_none_and_everything_comes_out_once()
    {
        const int Events = 800;

        var run = await _millrace.RunAsync(
            "dev", "--scale", "--scale-speed", "60", "--burst", $"{Events}", "--partitions", "2", "--until-drained", "--timeout", "100", "--json", "--output", _millrace.Output,
            "--scale-set", "lagThreshold=50", "--scale-set", "cooldownPeriod=00:02:00", "--scale-set", "scaleDownWindow=30", "--scale-set", "PageChange:maxReplicas=1");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(run.Summary.GetProperty("drained").GetBoolean());
        Assert.Equal((1, 0, 0), Replicas(run, "PageChange"));
        Assert.Equal((2, 0, 0), Replicas(run, "PageContentChange"));
        Assert.Equal((0, 0), (run.Stage("PageContentChange").GetProperty("workers_died").GetInt32(), run.Stage("PageContentChange").GetProperty("lag").GetInt32()));
        Assert.Equal(Events, _millrace.Lines("mediawiki.page_change.v1").Length);
        Assert.Equal(Events, _millrace.Events("mediawiki.page_content_change.v1").Select(change => change.GetProperty("revision").GetProperty("rev_id").GetInt64()).Distinct().Count());
        Assert.Equal(Events, _millrace.Lines("mediawiki.page_content_change.v1").Length);
    }

    [Fact]
    public async Task Workers_die_with_a_parent_that_is_killed_and_a_worker_that_is_killed_is_replaced()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // Whose child a process is, /proc tells.
        }

        using var millrace = _millrace.Start("dev", "--scale", "--rate", "50", "--partitions", "1", "--scale-speed", "60", "--scale-set", "PageContentChange:activationLagThreshold=1000000");
        await millrace.SaysAsync("PageChange: 0 → 1 replicas");
        var first = Assert.Single(ChildrenOf(millrace.Id));
        await millrace.SaysAsync("PageChange: replicas 1 of 1");
        first.Kill();
        await millrace.SaysAsync("PageChange: a worker has died");
        await millrace.SaysAsync("PageChange: replicas 1 of 1");
        var second = Assert.Single(ChildrenOf(millrace.Id));
        Assert.NotEqual(first.Id, second.Id);

        await millrace.SignalAsync("KILL");

        using var patience = new CancellationTokenSource(Patience);
        await second.WaitForExitAsync(patience.Token);
    }

    [Theory]
    [InlineData("--burst is given without --scale, which it is for.", "--burst", "5")]
    [InlineData("--scale-speed is 0; allowed is 0.1 to 60.", "--scale", "--scale-speed", "0")]
    [InlineData("--scale-set names the stage 'Nope'; there is PageChange, PageContentChange.", "--scale", "--scale-set", "Nope:lagThreshold=5")]
    [InlineData("--scale-set lagThreshold is 0; allowed is 1 to 100000000.", "--scale", "--scale-set", "PageChange:lagThreshold=0")]
    public async Task A_wrong_option_is_refused_with_its_name_its_value_and_what_is_allowed(string message, params string[] arguments)
    {
        var run = await _millrace.RunAsync(["dev", .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    // The last of those that there were to be is zero only if the scaler, and not the end of the run, took them away.
    private static (int Most, int Last, int LastWanted) Replicas(CommandResult run, string stage)
    {
        var history = run.Stage(stage).GetProperty("history").EnumerateArray().ToList();
        return (history.Max(moment => moment.GetProperty("running").GetInt32()), history[^1].GetProperty("running").GetInt32(), history[^1].GetProperty("replicas").GetInt32());
    }

    private static List<Process> ChildrenOf(int parent) =>
    [
        .. Process.GetProcesses().Where(process =>
        {
            try
            {
                var stat = File.ReadAllText($"/proc/{process.Id}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] != "Z" && int.Parse(fields[1], CultureInfo.InvariantCulture) == parent;
            }
            catch (IOException)
            {
                return false; // It has ended meanwhile.
            }
        }),
    ];
}
