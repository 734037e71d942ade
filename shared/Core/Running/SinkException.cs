namespace Millrace.Core;

/// <summary>Outcomes could not be made durable. Nothing of the batch may be committed; the host tries it again.</summary>
public sealed class SinkException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the same call may simply be made again: nothing that the sink was given is lost or written twice by that.</summary>
    public bool CanRetry { get; init; }

    /// <summary>How long the sink asks to be left alone before the call is made again; null where the caller's own pause will do.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
