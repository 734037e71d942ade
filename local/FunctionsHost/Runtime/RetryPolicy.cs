using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost;

/// <summary>How often and how soon the host repeats a call that threw.</summary>
/// <param name="MaxRetryCount">How many repetitions there can be; -1 is without end.</param>
/// <param name="Delay">The pause before the repetition of that number, from 1.</param>
internal sealed record RetryPolicy(int MaxRetryCount, Func<int, TimeSpan> Delay)
{
    /// <summary>What the attribute says; null without one.</summary>
    public static RetryPolicy? Of(RetryAttribute? attribute) => attribute switch
    {
        FixedDelayRetryAttribute fixedDelay => new(fixedDelay.MaxRetryCount, _ => fixedDelay.Delay),
        ExponentialBackoffRetryAttribute backoff => new(backoff.MaxRetryCount, retry => Backoff(backoff.Minimum, backoff.Maximum, retry)),
        _ => null,
    };

    /// <summary>Whether a call that has been repeated that often is repeated once more.</summary>
    public bool Allows(int retries) => MaxRetryCount < 0 || retries < MaxRetryCount;

    private static TimeSpan Backoff(TimeSpan minimum, TimeSpan maximum, int retry)
    {
        var doubled = minimum.TotalMilliseconds * Math.Pow(2, Math.Min(retry - 1, 30));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, maximum.TotalMilliseconds));
    }
}
