namespace Millrace.Schemas;

/// <summary>What <see cref="SchemaCheck"/> found.</summary>
/// <param name="Schemas">How many versions were checked.</param>
/// <param name="Findings">The findings, by file, in the order in which rules are explained.</param>
public sealed record SchemaCheckResult(int Schemas, IReadOnlyList<SchemaFinding> Findings)
{
    /// <summary>How many findings are errors.</summary>
    public int Errors => Findings.Count(finding => finding.Severity == FindingSeverity.Error);

    /// <summary>How many findings are warnings.</summary>
    public int Warnings => Findings.Count - Errors;
}
