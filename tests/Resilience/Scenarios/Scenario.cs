namespace Millrace.Resilience;

/// <summary>Something that goes wrong on purpose, and what is then found.</summary>
/// <param name="Name">What goes wrong.</param>
/// <param name="RunAsync">Lets it go wrong, and gives the verdict.</param>
internal sealed record Scenario(string Name, Func<Run, Task<Verdict>> RunAsync);
