using System.ComponentModel.DataAnnotations;

namespace Millrace.Lookups;

/// <summary>How lookups are put together to batches.</summary>
public sealed class BatchOptions
{
    /// <summary>How many different keys a batch has at most; a full one is asked at once.</summary>
    [Range(1, 100_000)]
    public int MaxKeys { get; set; } = 50;

    /// <summary>How long the first key of a batch waits for others.</summary>
    /// <remarks>What a stage can fill a batch with are the events that it has under way at a time: <see cref="Core.StageOptions.Concurrency"/>.</remarks>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromMilliseconds(10);
}
