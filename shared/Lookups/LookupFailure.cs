using System.Net;

namespace Millrace.Lookups;

/// <summary>Why an attempt failed.</summary>
/// <param name="Type">One of <see cref="LookupErrorTypes"/>.</param>
/// <param name="Cause">The end of a sentence that says what happened.</param>
internal sealed record LookupFailure(string Type, string Cause)
{
    /// <summary>Whether another attempt may succeed. Such failures are also what opens the circuit.</summary>
    public bool Retryable { get; init; } = true;

    /// <summary>How long the server asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The status of the answer; null where there was none.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The exception behind it, if there was one.</summary>
    public Exception? Exception { get; init; }
}
