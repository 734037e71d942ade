namespace Microsoft.Azure.Functions.Worker;

/// <summary>Calls a function that threw again after a pause that is always the same.</summary>
public sealed class FixedDelayRetryAttribute : RetryAttribute
{
    /// <summary>Repeats at most <paramref name="maxRetryCount"/> times (-1 without end), each after <paramref name="delayInterval"/> (<c>HH:mm:ss</c>).</summary>
    public FixedDelayRetryAttribute(int maxRetryCount, string delayInterval)
    {
        Interval(delayInterval, nameof(delayInterval));
        (MaxRetryCount, DelayInterval) = (maxRetryCount, delayInterval);
    }

    /// <summary>How often the function is called again at most; -1 is without end.</summary>
    public int MaxRetryCount { get; }

    /// <summary>The pause before each repetition, as <c>HH:mm:ss</c>.</summary>
    public string DelayInterval { get; }

    internal TimeSpan Delay => Interval(DelayInterval, nameof(DelayInterval));
}
