using System.Collections.Concurrent;

namespace Millrace.Connectors.Tests;

/// <summary>A clock on which every pause is over at once, and is remembered.</summary>
internal sealed class SkippingClock : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _pauses = new();

    public IReadOnlyList<TimeSpan> Pauses => [.. _pauses];

    /// <summary>Called before a pause, which is over when it returns.</summary>
    public Action? OnPause { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan)
        {
            return System.CreateTimer(callback, state, dueTime, period);
        }

        _pauses.Enqueue(dueTime);
        OnPause?.Invoke();
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
