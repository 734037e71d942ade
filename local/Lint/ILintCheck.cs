namespace Millrace.Local;

/// <summary>A rule of <c>millrace lint</c>.</summary>
internal interface ILintCheck
{
    /// <summary>What findings call the rule.</summary>
    string Name { get; }

    /// <summary>What it demands, in a few words.</summary>
    string Demand { get; }

    /// <summary>Everything that breaks it.</summary>
    IEnumerable<LintFinding> Run(LintSubject subject);
}
