namespace Millrace.Local;

/// <summary>The command was given something that it cannot use; the message says what, and what is allowed.</summary>
internal sealed class UsageException(string text) : Exception(text);
