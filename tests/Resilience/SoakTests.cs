using System.Globalization;
using Millrace.Local;

namespace Millrace.Resilience;

/// <summary>
/// All scenarios, long and again and again for an hour: <c>MILLRACE_SOAK=1</c>. Any other value picks the scenarios
/// whose names contain it, for one long run of each.
/// </summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const string All = "1";
    private const int Size = 10;
    private static readonly TimeSpan Duration = TimeSpan.FromHours(1);
    private static readonly string? Asked = Environment.GetEnvironmentVariable("MILLRACE_SOAK");
    private static readonly string Log = Path.ChangeExtension(ScenarioTable.Path, "log");

    [SoakFact]
    public async Task Everything_is_there_once_after_an_hour_of_faults()
    {
        var started = TimeProvider.System.GetTimestamp();
        File.Delete(Log);
        var random = new Random(Seed.Take(Note));
        Scenario[] scenarios = [.. Scenarios.All
            .Where(scenario => Asked == All || scenario.Name.Contains(Asked!, StringComparison.OrdinalIgnoreCase))
            .Where(scenario => !Scenarios.WithDisk.Contains(scenario) || BrokerProcess.CanHaveDisk())
            .Where(scenario => !Scenarios.WithPostgres.Contains(scenario) || PostgresPackage.Missing is null)];
        Assert.True(scenarios.Length > 0, $"MILLRACE_SOAK is '{Asked}'; allowed is 1, or a part of one of these names: {string.Join(", ", Scenarios.All.Select(scenario => scenario.Name))}");
        var table = new ScenarioTable();
        do
        {
            foreach (var scenario in scenarios)
            {
                await RunAsync(scenario, random.Next(), table);
            }
        }
        while (Asked == All && TimeProvider.System.GetElapsedTime(started) < Duration);

        Note(table.ToMarkdown());
        Assert.True(table.IsExactlyOnce, table.ToMarkdown());
    }

    private async Task RunAsync(Scenario scenario, int seed, ScenarioTable table)
    {
        Note(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name}, seed {seed}"));
        var run = new Run(seed, Size, Note);
        try
        {
            table.Add(scenario, run, await scenario.RunAsync(run));
        }
        catch (Exception broken)
        {
            // The other scenarios are worth knowing all the same.
            Note(broken.ToString());
            table.AddBroken(scenario, run);
        }

        await File.WriteAllTextAsync(ScenarioTable.Path, table.ToMarkdown());
    }

    // The framework shows what a test says when it has ended, which is long to wait.
    private void Note(string text)
    {
        output.WriteLine(text);
        File.AppendAllText(Log, $"{TimeProvider.System.GetUtcNow():HH:mm:ss} {text}\n");
    }

    private sealed class SoakFactAttribute : FactAttribute
    {
        public SoakFactAttribute() => Skip = Asked is { Length: > 0 } ? null : "It takes an hour: set MILLRACE_SOAK=1.";
    }
}
