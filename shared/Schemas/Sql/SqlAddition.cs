namespace Millrace.Schemas;

/// <summary>A field that a later version of a schema has and an earlier one lacks.</summary>
/// <param name="Path">The way to it.</param>
/// <param name="Field">The field.</param>
/// <param name="Column">The column that it is, or that it is within, as the later version has it.</param>
public sealed record SqlAddition(SqlPath Path, SqlField Field, SqlField Column);
