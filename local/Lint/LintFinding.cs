namespace Millrace.Local;

/// <summary>One thing that does not agree with the others.</summary>
/// <param name="File">The file to correct, from the repository's root.</param>
/// <param name="Key">The place in it, such as <c>stages.PageChange.scale.maxReplicas</c>; empty is the whole of it.</param>
/// <param name="Sentence">What is wrong there, and the remedy.</param>
internal sealed record LintFinding(string File, string Key, string Sentence);
