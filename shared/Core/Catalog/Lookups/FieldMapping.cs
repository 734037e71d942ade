namespace Millrace.Core;

/// <summary>One step from an answer to an output: a value, and the field that it is put in.</summary>
/// <param name="From">A place in the answer, or a constant.</param>
/// <param name="To">The output's field.</param>
public sealed record FieldMapping(FieldBinding From, FieldPointer To);
