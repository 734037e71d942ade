using Microsoft.Extensions.Time.Testing;

namespace Millrace.Local.Tests;

/// <summary>A clock that stands still, and tells who waits on it: only then does it make sense to advance it.</summary>
internal sealed class WatchedClock() : FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)), IDisposable
{
    private readonly SemaphoreSlim _timers = new(0);
    private int _armed;
    private int _fired;

    /// <summary>How often a timer was set.</summary>
    public int Armed => Volatile.Read(ref _armed);

    /// <summary>How often a timer has gone off.</summary>
    public int Fired => Volatile.Read(ref _fired);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(
            inner =>
            {
                Interlocked.Increment(ref _fired);
                callback(inner);
            },
            state,
            dueTime,
            period);
        Arm(dueTime);
        _timers.Release();
        return new WatchedTimer(timer, this);
    }

    /// <summary>Ends when one more timer was made than was waited for so far.</summary>
    public Task NextTimerAsync() => _timers.WaitAsync();

    public void Dispose() => _timers.Dispose();

    private void Arm(TimeSpan dueTime)
    {
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            Interlocked.Increment(ref _armed);
        }
    }

    private sealed class WatchedTimer(ITimer timer, WatchedClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            clock.Arm(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
