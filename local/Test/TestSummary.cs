namespace Millrace.Local;

/// <summary>Tells what came of a run of <c>millrace test</c>.</summary>
internal sealed class TestSummary(IReadOnlyList<TestOutcome> outcomes, IReadOnlyList<string> without)
{
    /// <summary>Writes it, for people or as JSON.</summary>
    public void Write(TextWriter output, bool json)
    {
        if (json)
        {
            WriteJson(output);
            return;
        }

        foreach (var outcome in outcomes)
        {
            output.WriteLine(outcome switch
            {
                { Problem: { } problem } => $"{outcome.Fixture} cannot be used: {problem}",
                { IsUpdated: true } => $"{outcome.Fixture} is updated: {Report.Count(outcome.Result!.Differences.Count, "difference")}.",
                _ => outcome.Result!.ToString(),
            });
        }

        var good = outcomes.Count(outcome => outcome.IsGood);
        output.WriteLine($"{good} of {Report.Count(outcomes.Count, "fixture")} {(outcomes.Count == 1 ? "holds" : "hold")}.{(without.Count == 0 ? "" : $" Without any: {string.Join(", ", without)}.")}");
    }

    private void WriteJson(TextWriter output) => Report.Json(output, new
    {
        Fixtures = outcomes.Select(outcome => new
        {
            outcome.Fixture.Stage,
            Case = outcome.Fixture.Name,
            outcome.Fixture.Directory,
            Holds = outcome.IsGood,
            Updated = outcome.IsUpdated,
            outcome.Problem,
            Differences = outcome.Result?.Differences.Select(difference => new { difference.Path, difference.Expected, difference.Got }) ?? [],
            Missed = outcome.Result?.Missed ?? [],
        }),
        StagesWithoutFixtures = without,
    });
}
