namespace Millrace.Local;

/// <summary>Tells what <c>millrace doctor</c> found.</summary>
internal static class DoctorReport
{
    /// <summary>Writes it for people: a line for each check, and below it what it found, with the remedy.</summary>
    public static void Write(TextWriter output, string brokers, IReadOnlyList<DoctorResult> results)
    {
        output.WriteLine($"Kafka at {brokers}");
        foreach (var result in results)
        {
            output.WriteLine($"{Word(result),-11}{result.Check.Name,-16}{result.Check.LooksAt}");
            foreach (var finding in result.Findings)
            {
                output.WriteLine($"{"",11}{finding.Verdict.ToString().ToLowerInvariant()}: {finding.Subject}: {finding.Sentence}".ReplaceLineEndings(" "));
                output.WriteLine($"{"",13}→ {finding.Remedy}".ReplaceLineEndings(" "));
            }
        }

        output.WriteLine(Summary(results));
    }

    /// <summary>Writes it as JSON.</summary>
    public static void WriteJson(TextWriter output, string brokers, IReadOnlyList<DoctorResult> results) => Report.Json(output, new
    {
        Brokers = brokers,
        Healthy = results.All(IsHealthy),
        Checks = results.Select(result => new
        {
            result.Check.Name,
            result.Check.LooksAt,
            Verdict = Word(result),
            Findings = result.Findings.Select(finding => new { Verdict = finding.Verdict.ToString().ToLowerInvariant(), finding.Subject, finding.Sentence, finding.Remedy }),
        }),
    });

    /// <summary>Whether nothing has to be done about a check.</summary>
    public static bool IsHealthy(DoctorResult result) => !result.IsSkipped && result.Verdict <= DoctorVerdict.Note;

    private static string Word(DoctorResult result) => result.IsSkipped ? "skipped" : result.Verdict.ToString().ToLowerInvariant();

    private static string Summary(IReadOnlyList<DoctorResult> results)
    {
        var (errors, warnings, skipped) = (Count(DoctorVerdict.Error), Count(DoctorVerdict.Warning), results.Count(result => result.IsSkipped));
        return errors + warnings + skipped == 0
            ? $"{results.Count} checks: all is well."
            : $"{Report.Count(errors, "error")}, {Report.Count(warnings, "warning")}{(skipped == 0 ? "" : $"; {Report.Count(skipped, "check")} could not look, since no broker answers")}.";

        int Count(DoctorVerdict verdict) => results.Sum(result => result.Findings.Count(finding => finding.Verdict == verdict));
    }
}
