namespace Millrace.Schemas;

/// <summary>One difference between two versions of a schema.</summary>
/// <param name="Location">The JSON pointer to the place in the schema; empty is the whole of it.</param>
/// <param name="Path">The field that it is about, as a dotted path: <c>.meta.dt</c>, <c>.tags[]</c> for items, <c>.slots{}</c> for the values of a map; a dot alone is the event.</param>
/// <param name="IsCompatible">Whether a minor version may have it.</param>
/// <param name="Sentence">What changed, and why that is compatible or not.</param>
public sealed record SchemaChange(string Location, string Path, bool IsCompatible, string Sentence);
