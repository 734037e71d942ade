using System.Globalization;
using System.Text;

namespace Millrace.Resilience;

/// <summary>What came of all runs, a row for each scenario.</summary>
internal sealed class ScenarioTable
{
    private readonly Dictionary<string, Row> _rows = [];

    /// <summary>The file that the long suite writes it to.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "resilience.md");

    /// <summary>Whether nothing was found in any run.</summary>
    public bool IsExactlyOnce => _rows.Values.All(row => (row.Duplicates, row.Lost, row.Reordered, row.Other, row.Broken) == (0, 0, 0, 0, 0));

    /// <summary>Adds a run to its scenario's row.</summary>
    public void Add(Scenario scenario, Run run, Verdict verdict)
    {
        var row = _rows.GetValueOrDefault(scenario.Name);
        _rows[scenario.Name] = new Row(
            row.Runs + 1, row.Events + verdict.Inputs, row.Kills + run.Kills,
            row.Duplicates + verdict.Duplicates, row.Lost + verdict.Lost, row.Reordered + verdict.Reordered, row.Other + verdict.Wrong + verdict.Early, row.Broken);
    }

    /// <summary>Adds a run that came to no verdict.</summary>
    public void AddBroken(Scenario scenario, Run run)
    {
        var row = _rows.GetValueOrDefault(scenario.Name);
        _rows[scenario.Name] = row with { Runs = row.Runs + 1, Kills = row.Kills + run.Kills, Broken = row.Broken + 1 };
    }

    /// <summary>The table as Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("| scenario | runs | events | kills | duplicates | lost | reordered | other | without end |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var (scenario, row) in _rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {scenario} | {row.Runs} | {row.Events} | {row.Kills} | {row.Duplicates} | {row.Lost} | {row.Reordered} | {row.Other} | {row.Broken} |");
        }

        return text.ToString();
    }

    private readonly record struct Row(int Runs, int Events, int Kills, int Duplicates, int Lost, int Reordered, int Other, int Broken);
}
