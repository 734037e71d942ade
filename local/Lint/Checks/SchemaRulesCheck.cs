using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>The repository's own schemas keep the rules of schemas.</summary>
internal sealed class SchemaRulesCheck : ILintCheck
{
    public string Name => "schema-rules";

    public string Demand => "own schemas pass `millrace schema check --compat` without an error: title and $id are the file's, examples valid, …";

    public IEnumerable<LintFinding> Run(LintSubject subject) => SchemaCheck.Run(subject.OwnSchemas, compatibility: true).Findings
        .Where(finding => finding.Severity == FindingSeverity.Error)
        .Select(finding => new LintFinding($"shared/jsonschema/{finding.File}", finding.Location, finding.Sentence));
}
