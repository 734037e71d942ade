namespace Millrace.Schemas;

/// <summary>One thing that <see cref="SchemaCheck"/> found.</summary>
/// <param name="File">The file, from the repository's root.</param>
/// <param name="Location">The JSON pointer to the place in the file; empty is the whole of it.</param>
/// <param name="Rule">The rule that is broken.</param>
/// <param name="Sentence">What is wrong there, and the remedy.</param>
public sealed record SchemaFinding(string File, string Location, SchemaRule Rule, string Sentence)
{
    /// <summary>How bad it is: that is the rule's to say.</summary>
    public FindingSeverity Severity => Rule.Severity;
}
