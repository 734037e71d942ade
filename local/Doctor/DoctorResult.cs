namespace Millrace.Local;

/// <summary>What one check found.</summary>
/// <param name="Check">The check.</param>
/// <param name="Findings">What it found.</param>
internal sealed record DoctorResult(IDoctorCheck Check, IReadOnlyList<DoctorFinding> Findings)
{
    /// <summary>Whether it could not look, since no broker answers.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>The worst of its findings.</summary>
    public DoctorVerdict Verdict => Findings.Select(finding => finding.Verdict).DefaultIfEmpty(DoctorVerdict.Good).Max();
}
