namespace Millrace.Resilience;

public sealed class ScenarioTableTests
{
    [Fact]
    public void Runs_of_a_scenario_add_up_in_one_row()
    {
        var table = new ScenarioTable();
        var run = new Run(seed: 1, size: 1, _ => { });
        run.Killed("killed");
        table.Add(HostHabits.Twice, run, new Verdict { Inputs = 100 });
        Assert.True(table.IsExactlyOnce);
        table.Add(HostHabits.Twice, run, new Verdict { Inputs = 50, Duplicates = 3, Lost = 2, Reordered = 4, Wrong = 5, Early = 6 });

        Assert.False(table.IsExactlyOnce);
        Assert.EndsWith($"| {HostHabits.Twice.Name} | 2 | 150 | 2 | 3 | 2 | 4 | 11 |\n", table.ToMarkdown(), StringComparison.Ordinal);
    }
}
