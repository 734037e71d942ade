namespace Microsoft.Azure.Functions.Worker;

/// <summary>Calls a function that threw again after pauses that grow.</summary>
public sealed class ExponentialBackoffRetryAttribute : RetryAttribute
{
    /// <summary>Repeats at most <paramref name="maxRetryCount"/> times (-1 without end), after pauses between the two intervals (<c>HH:mm:ss</c>).</summary>
    public ExponentialBackoffRetryAttribute(int maxRetryCount, string minimumInterval, string maximumInterval)
    {
        if (Interval(minimumInterval, nameof(minimumInterval)) > Interval(maximumInterval, nameof(maximumInterval)))
        {
            throw new ArgumentOutOfRangeException(nameof(minimumInterval), minimumInterval, $"The shortest pause is not longer than the longest, {maximumInterval}.");
        }

        (MaxRetryCount, MinimumInterval, MaximumInterval) = (maxRetryCount, minimumInterval, maximumInterval);
    }

    /// <summary>How often the function is called again at most; -1 is without end.</summary>
    public int MaxRetryCount { get; }

    /// <summary>The first pause, as <c>HH:mm:ss</c>.</summary>
    public string MinimumInterval { get; }

    /// <summary>The longest pause, as <c>HH:mm:ss</c>.</summary>
    public string MaximumInterval { get; }

    internal TimeSpan Minimum => Interval(MinimumInterval, nameof(MinimumInterval));

    internal TimeSpan Maximum => Interval(MaximumInterval, nameof(MaximumInterval));
}
