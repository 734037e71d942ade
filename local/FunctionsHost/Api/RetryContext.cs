namespace Microsoft.Azure.Functions.Worker;

/// <summary>Which repetition a call is.</summary>
public abstract class RetryContext
{
    /// <summary>0 in the first call, 1 in the first repetition.</summary>
    public abstract int RetryCount { get; }

    /// <summary>How many repetitions there can be; -1 is without end.</summary>
    public abstract int MaxRetryCount { get; }
}
