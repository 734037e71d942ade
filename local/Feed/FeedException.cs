namespace Millrace.Local;

/// <summary>The input of events cannot be read on; the text names the file or the address, and what to do.</summary>
public sealed class FeedException(string text, Exception? cause = null) : Exception(text, cause);
