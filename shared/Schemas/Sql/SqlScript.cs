namespace Millrace.Schemas;

/// <summary>SQL statements in their order.</summary>
/// <param name="Statements">The statements, without their semicolons; none where there is nothing to do.</param>
/// <param name="Notes">What whoever runs them should know, one line each.</param>
public sealed record SqlScript(IReadOnlyList<string> Statements, IReadOnlyList<string> Notes)
{
    /// <summary>The script as a file: the notes as comments, then the statements.</summary>
    public override string ToString() => string.Concat([.. Notes.Select(note => $"-- {note}\n"), .. Statements.Select(statement => $"{statement};\n")]);
}
