using Microsoft.Extensions.Time.Testing;

namespace Millrace.Local.Tests;

/// <summary>A clock that stands still, and tells when somebody begins to wait on it: only then does it make sense to advance it.</summary>
internal sealed class WatchedClock() : FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero)), IDisposable
{
    private readonly SemaphoreSlim _timers = new(0);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _timers.Release();
        return timer;
    }

    /// <summary>Ends when one more timer was made than was waited for so far.</summary>
    public Task NextTimerAsync() => _timers.WaitAsync();

    public void Dispose() => _timers.Dispose();
}
