namespace Millrace.Testing;

/// <summary>A clock that stands still but for pauses, which are over at once: what waits a second finds the clock a second later, and nobody has waited.</summary>
/// <remarks>
/// Pauses are <see cref="Task.Delay(TimeSpan, TimeProvider)"/>, as the pipeline's and the lookups' are between two attempts.
/// Deadlines, which are timers of a <see cref="CancellationTokenSource"/>, take the time that they take: a stage that hangs is
/// given up as in production. A pause that would outlast a deadline takes its time, too.
/// </remarks>
public sealed class FixtureClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<Deadline> _deadlines = [];
    private TimeSpan _passed;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start + Passed;

    /// <inheritdoc/>
    public override long GetTimestamp() => Passed.Ticks;

    /// <summary>Sets the clock back to its start: each event of a fixture begins there.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _passed = TimeSpan.Zero;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            if (state is Task && period == Timeout.InfiniteTimeSpan && dueTime >= TimeSpan.Zero && _deadlines.All(deadline => _passed + dueTime < deadline.At))
            {
                _passed += dueTime;
                return System.CreateTimer(callback, state, TimeSpan.Zero, period);
            }

            var timer = System.CreateTimer(callback, state, dueTime, period);
            return state is CancellationTokenSource ? new Deadline(this, timer, dueTime) : timer;
        }
    }

    private TimeSpan Passed
    {
        get
        {
            lock (_lock)
            {
                return _passed;
            }
        }
    }

    private sealed class Deadline : ITimer
    {
        private readonly FixtureClock _clock;
        private readonly ITimer _timer;

        public Deadline(FixtureClock clock, ITimer timer, TimeSpan due)
        {
            (_clock, _timer) = (clock, timer);
            Set(due);
        }

        public TimeSpan At { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_clock._lock)
            {
                Set(dueTime);
            }

            return _timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            Forget();
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Forget();
            return _timer.DisposeAsync();
        }

        private void Set(TimeSpan due)
        {
            At = _clock._passed + due;
            _ = due >= TimeSpan.Zero ? _clock._deadlines.Add(this) : _clock._deadlines.Remove(this);
        }

        private void Forget()
        {
            lock (_clock._lock)
            {
                _clock._deadlines.Remove(this);
            }
        }
    }
}
