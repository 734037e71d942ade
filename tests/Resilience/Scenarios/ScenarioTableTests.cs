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
        Assert.EndsWith($"| {HostHabits.Twice.Name} | 2 | 150 | 2 | 3 | 2 | 4 | 11 | 0 |\n", table.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_came_to_no_end_is_not_exactly_once()
    {
        var table = new ScenarioTable();
        table.AddBroken(HostHabits.Twice, new Run(seed: 1, size: 1, _ => { }));

        Assert.False(table.IsExactlyOnce);
        Assert.EndsWith($"| {HostHabits.Twice.Name} | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 1 |\n", table.ToMarkdown(), StringComparison.Ordinal);
    }
}
