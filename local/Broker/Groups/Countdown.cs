namespace Millrace.Broker.Groups;

/// <summary>Calls back, under the lock of its owner, when a time has passed without a new start.</summary>
/// <remarks>Every method is called under that lock.</remarks>
internal sealed class Countdown : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Lock _gate;
    private readonly Action _expired;
    private readonly ITimer _timer;
    private long _started;
    private TimeSpan? _duration;

    public Countdown(TimeProvider time, Lock gate, Action expired)
    {
        _time = time;
        _gate = gate;
        _expired = expired;
        _timer = time.CreateTimer(static countdown => ((Countdown)countdown!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Starts, or starts anew.</summary>
    public void Start(TimeSpan duration)
    {
        _started = _time.GetTimestamp();
        _duration = duration;
        _timer.Change(duration, Timeout.InfiniteTimeSpan);
    }

    public void Stop() => _duration = null;

    public void Dispose()
    {
        Stop();
        _timer.Dispose();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_duration is not { } duration)
            {
                return;
            }

            // A timer that was started anew may still fire for its earlier start, and clocks differ by a tick.
            var left = duration - _time.GetElapsedTime(_started);
            if (left > TimeSpan.Zero)
            {
                _timer.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
                return;
            }

            _duration = null;
            _expired();
        }
    }
}
