namespace Millrace.Local;

/// <summary>A lookup's circuit breaker.</summary>
/// <param name="Name">The lookup.</param>
/// <param name="Circuit"><c>closed</c>, <c>probing</c> or <c>open</c>: the worst of all processes.</param>
internal sealed record LookupState(string Name, string Circuit);
