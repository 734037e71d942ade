using System.Globalization;

namespace Millrace.Resilience;

/// <summary>All scenarios, long and again and again for an hour: <c>MILLRACE_SOAK=1</c>.</summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Size = 10;
    private static readonly TimeSpan Duration = TimeSpan.FromHours(1);

    [SoakFact]
    public async Task Everything_is_there_once_after_an_hour_of_faults()
    {
        var started = TimeProvider.System.GetTimestamp();
        var random = Seed.New(output);
        var table = new ScenarioTable();
        do
        {
            foreach (var scenario in Scenarios.All.Where(scenario => scenario != Resources.FullDisk || BrokerProcess.CanHaveDisk()))
            {
                var seed = random.Next();
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{scenario.Name}, seed {seed}"));
                var run = new Run(seed, Size, output.WriteLine);
                table.Add(scenario, run, await scenario.RunAsync(run));
                await File.WriteAllTextAsync(ScenarioTable.Path, table.ToMarkdown());
            }
        }
        while (TimeProvider.System.GetElapsedTime(started) < Duration);

        output.WriteLine(table.ToMarkdown());
        Assert.True(table.IsExactlyOnce, table.ToMarkdown());
    }

    private sealed class SoakFactAttribute : FactAttribute
    {
        public SoakFactAttribute() => Skip = Environment.GetEnvironmentVariable("MILLRACE_SOAK") == "1" ? null : "It takes an hour: set MILLRACE_SOAK=1.";
    }
}
