using System.ComponentModel.DataAnnotations;

namespace Millrace.Lookups;

/// <summary>What is kept of the answers at one API, so that it is not asked the same again and again.</summary>
/// <remarks>Only what is asked for is kept, never what is posted; and only answers of 2xx, and those that say "not there".</remarks>
public sealed class LookupCacheOptions
{
    /// <summary>How much memory the kept answers may take, in bytes with all their overhead; 0 keeps none.</summary>
    [Range(0, 64L * 1024 * 1024 * 1024)]
    public long MaxBytes { get; set; }

    /// <summary>How long an answer is as good as new.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "30.00:00:00")]
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an answer holds that says "not there" (404, 410, or what <see cref="HttpLookup.LifeOf"/> takes for one); 0 keeps none.</summary>
    /// <remarks>Shorter than whatever time it may take until something missing turns up.</remarks>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan NegativeTimeToLive { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>For how long after its <see cref="TimeToLive"/> an answer is still given, while a new one is fetched behind it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan StaleWhileRevalidate { get; set; } = TimeSpan.Zero;

    /// <summary>A Redis behind the memory; unless its address is set, none.</summary>
    public RedisCacheOptions Redis { get; } = new();
}
