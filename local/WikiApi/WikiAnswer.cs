namespace Millrace.Local;

/// <summary>What the stand-in of the wiki's API answers a request with.</summary>
public enum WikiAnswer
{
    /// <summary>The revision with its content.</summary>
    Content,

    /// <summary>The revision is not known, as on a replica that lags.</summary>
    NotFound,

    /// <summary>The revision, its content hidden from the public.</summary>
    Hidden,

    /// <summary>200 without a body.</summary>
    Empty,

    /// <summary>The revision with <see cref="WikiApiOptions.HugeBytes"/> of content.</summary>
    Huge,

    /// <summary>200 with the first half of the JSON.</summary>
    Truncated,

    /// <summary>429 with <c>Retry-After</c>, see <see cref="WikiApiOptions.RetryAfter"/>.</summary>
    TooManyRequests,

    /// <summary>500.</summary>
    ServerError,

    /// <summary>None; the connection stays open until the client gives up.</summary>
    Hang,

    /// <summary>None; the connection is reset.</summary>
    Reset,

    /// <summary>The API's own error, for a request that it does not understand. No fault: it cannot be asked for.</summary>
    Refused,
}
