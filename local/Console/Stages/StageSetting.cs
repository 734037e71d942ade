namespace Millrace.Local;

/// <summary>One of a stage's settings, and where its value comes from.</summary>
/// <param name="Name">Its name, as the catalog writes it.</param>
/// <param name="Value">Its value as settings write it; null where it is not set.</param>
/// <param name="From"><c>default</c>, <c>catalog</c>, or <c>setting</c>: the environment or command line of whoever shows it.</param>
internal sealed record StageSetting(string Name, string? Value, string From);
