namespace Millrace.Local;

/// <summary>The fail-over cannot be begun, or cannot go on; the text says why, and what helps.</summary>
internal class FailoverException(string text, Exception? cause = null) : Exception(text, cause);

/// <summary>Somebody whom the fail-over needs does not answer.</summary>
internal sealed class UnreachableException(string text, Exception? cause = null) : FailoverException(text, cause);
