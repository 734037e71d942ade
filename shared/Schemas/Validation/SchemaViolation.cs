namespace Millrace.Schemas;

/// <summary>One way in which a value does not match its schema.</summary>
/// <param name="Pointer">The JSON pointer to the value at fault, or to the field that is missing; long names are shortened.</param>
/// <param name="Path">The same as a dotted path: <c>.revision.slots[0]</c>; a dot alone is the whole value.</param>
/// <param name="Keyword">The keyword of the schema that refused.</param>
/// <param name="Sentence">What is required and, where that helps, what was found instead.</param>
internal sealed record SchemaViolation(string Pointer, string Path, string Keyword, string Sentence)
{
    /// <summary>The path in quotes, then the sentence: <c>'.dt' is required</c>.</summary>
    public override string ToString() => $"'{Path}' {Sentence}";
}
