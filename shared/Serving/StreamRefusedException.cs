namespace Millrace.Serving;

/// <summary>A stream will not be served to this request.</summary>
public sealed class StreamRefusedException : Exception
{
    /// <summary>Refuses.</summary>
    /// <param name="status">The HTTP status that says so: 400, 404 or 503.</param>
    /// <param name="message">What is wrong, and what is allowed.</param>
    /// <param name="cause">What it comes of.</param>
    public StreamRefusedException(int status, string message, Exception? cause = null)
        : base(message, cause) => Status = status;

    /// <summary>The HTTP status that says so.</summary>
    public int Status { get; }

    /// <summary>How long to wait before another try; null where none would do better.</summary>
    public TimeSpan? RetryAfter => Status == 503 ? TimeSpan.FromSeconds(10) : null;
}
