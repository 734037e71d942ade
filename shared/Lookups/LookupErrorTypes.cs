namespace Millrace.Lookups;

/// <summary>The kinds of errors that a lookup ends in, once its attempts are used up or no further one would help.</summary>
public static class LookupErrorTypes
{
    /// <summary>The server answered with a status that is no success.</summary>
    public const string Status = "lookup_status";

    /// <summary>No whole answer came in time.</summary>
    public const string Timeout = "lookup_timeout";

    /// <summary>There was no connection, or it broke before the answer began.</summary>
    public const string Unreachable = "lookup_unreachable";

    /// <summary>The answer broke off, could not be decompressed, or is not JSON where JSON was asked for.</summary>
    public const string Malformed = "lookup_malformed";

    /// <summary>The answer is larger than <see cref="LookupOptions.MaxAnswerBytes"/>.</summary>
    public const string TooLarge = "lookup_too_large";

    /// <summary>The address is not one that may be asked; no connection was made.</summary>
    public const string RefusedHost = "lookup_refused_host";

    /// <summary>The API fails so often that it is not asked for a while, and that while is longer than the lookup may wait.</summary>
    public const string CircuitOpen = "lookup_circuit_open";

    /// <summary>The event's <c>meta.domain</c>, which names whom to ask, is missing or no host name; no connection was made.</summary>
    public const string InvalidDomain = "invalid_domain";

    /// <summary>The answer to a batch of lookups says nothing about one of its keys.</summary>
    public const string NoAnswer = "lookup_no_answer";

    /// <summary>The authorization server gave no token, without which the API is not asked.</summary>
    public const string NoToken = "lookup_no_token";
}
