namespace Millrace.Core;

/// <summary>Outcomes could not be made durable. Nothing of the batch may be committed; the host tries it again.</summary>
public sealed class SinkException(string message, Exception? cause = null) : Exception(message, cause);
