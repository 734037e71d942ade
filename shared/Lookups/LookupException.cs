using System.Net;
using Millrace.Core;

namespace Millrace.Lookups;

/// <summary>A lookup failed for good; the event that it was for fails with it.</summary>
/// <remarks>
/// Its error is never transient: the lookup has made all the attempts that it may. A stage that knows better
/// (a revision that is not there yet) catches it.
/// </remarks>
public sealed class LookupException : StageException
{
    internal LookupException(StageError error, HttpStatusCode? status, int attempts, TimeSpan? retryAfter, Exception? cause)
        : base(error, cause)
    {
        Status = status;
        Attempts = attempts;
        RetryAfter = retryAfter;
    }

    /// <summary>The status of the last answer; null where the last attempt got none.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>How many requests were sent.</summary>
    public int Attempts { get; }

    /// <summary>How long the last answer asks to wait before another request; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The same failure for another caller, who is told of it without a request.</summary>
    internal LookupException FromCache() => new(Error, Status, attempts: 0, retryAfter: null, cause: null);
}
