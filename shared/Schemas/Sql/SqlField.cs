namespace Millrace.Schemas;

/// <summary>A column of a table, or a field of a row; it may be null.</summary>
/// <param name="Name">The property's name: not empty and without control characters; otherwise anything.</param>
/// <param name="Type">The type.</param>
/// <param name="Comment">The property's <c>description</c> on one line; null where it has none.</param>
public sealed record SqlField(string Name, SqlType Type, string? Comment);
