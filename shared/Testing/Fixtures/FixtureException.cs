namespace Millrace.Testing;

/// <summary>A fixture cannot be used, or does not hold; the message says which, where, and what to do.</summary>
public sealed class FixtureException(string text, Exception? cause = null) : Exception(text, cause);
