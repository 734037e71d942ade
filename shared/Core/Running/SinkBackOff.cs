namespace Millrace.Core;

/// <summary>How long to wait before a batch is tried again: doubling from half a second to thirty, with jitter.</summary>
internal sealed class SinkBackOff(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private int _failures;

    public void Reset() => Interlocked.Exchange(ref _failures, 0);

    public TimeSpan Next()
    {
        var doublings = Math.Min(Interlocked.Increment(ref _failures) - 1, 10);
        var longest = Math.Min(First.TotalSeconds * (1 << doublings), Longest.TotalSeconds);
#pragma warning disable CA5394 // Jitter is no secret.
        return TimeSpan.FromSeconds(longest * (0.5 + (Random.Shared.NextDouble() / 2)));
#pragma warning restore CA5394
    }

    public Task WaitAsync(TimeSpan pause, CancellationToken cancellation) => Task.Delay(pause, time, cancellation);
}
