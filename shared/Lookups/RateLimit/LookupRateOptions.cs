using System.ComponentModel.DataAnnotations;

namespace Millrace.Lookups;

/// <summary>How fast each host of an API is asked at most.</summary>
/// <remarks>
/// Every request counts, further attempts too. What comes too early waits in order of arrival, within the lookup's
/// <see cref="LookupOptions.TotalTimeout"/> and its place among <see cref="LookupOptions.MaxConcurrency"/>, which bounds how
/// many wait. The limit is this worker's: with several of them, divide what the API allows.
/// </remarks>
public sealed class LookupRateOptions
{
    /// <summary>Requests per second at each host, in the long run; 0 is no limit.</summary>
    [Range(0, 1_000_000.0)]
    public double RequestsPerSecond { get; set; }

    /// <summary>How many requests may follow each other at once after a rest.</summary>
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 10;
}
