namespace Millrace.Schemas;

/// <summary>A field of an event that does not match the event's schema.</summary>
/// <param name="Path">The field as a dotted path, such as <c>.revision.slots[0]</c>; a dot alone is the whole event.</param>
/// <param name="Keyword">The keyword of the schema that refused.</param>
/// <param name="Sentence">What is required and, where that helps, what was found instead.</param>
public sealed record FieldFault(string Path, string Keyword, string Sentence);
