using Microsoft.Extensions.Time.Testing;

namespace Millrace.Lookups.Tests;

/// <summary>A clock that stands still and knows how many timers are set on it.</summary>
internal sealed class CountingClock() : FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero))
{
    // That of the whole lookup, and that of the attempt or pause it is in.
    private const int TimersOfAWaitingLookup = 2;
    private int _timers;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _timers);
        return new CountedTimer(this, base.CreateTimer(callback, state, dueTime, period));
    }

    /// <summary>Lets time pass; what waited for it happens before this returns, save what the circuit breaker tells its listeners.</summary>
    public void Pass(TimeSpan time)
    {
        // On the test framework's own context, whoever waits would go on at a time of its own.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Advance(time);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Lets time pass until the only lookup is done, in small steps and only while it waits for time to pass.</summary>
    public async Task<T> PassUntilDoneAsync<T>(ValueTask<T> lookup)
    {
        var task = lookup.AsTask();
        while (!task.IsCompleted)
        {
            if (Volatile.Read(ref _timers) == TimersOfAWaitingLookup)
            {
                Pass(TimeSpan.FromMilliseconds(50));
            }
            else
            {
                await Task.Yield();
            }
        }

        return await task;
    }

    public async Task<LookupException> FailureOfAsync<T>(ValueTask<T> lookup) =>
        await Assert.ThrowsAsync<LookupException>(() => PassUntilDoneAsync(lookup));

    private sealed class CountedTimer(CountingClock clock, ITimer inner) : ITimer
    {
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _disposed, true))
            {
                Interlocked.Decrement(ref clock._timers);
                inner.Dispose();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
