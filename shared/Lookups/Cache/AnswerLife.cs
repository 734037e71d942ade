namespace Millrace.Lookups;

/// <summary>How long an answer may be kept.</summary>
public enum AnswerLife
{
    /// <summary>For <see cref="LookupCacheOptions.TimeToLive"/>: it says what was asked for.</summary>
    Found,

    /// <summary>For <see cref="LookupCacheOptions.NegativeTimeToLive"/>: it says that what was asked for is not there.</summary>
    Missing,

    /// <summary>Not at all: it says that something went wrong.</summary>
    None,
}
