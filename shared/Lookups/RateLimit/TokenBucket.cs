namespace Millrace.Lookups;

/// <summary>Lets so many pass per second, and after a rest so many at once; the others wait in order of arrival.</summary>
/// <remarks>Not that of System.Threading.RateLimiting, whose clock is the machine's and no <see cref="TimeProvider"/>.</remarks>
internal sealed class TokenBucket : IDisposable
{
    private readonly double _perSecond;
    private readonly int _burst;
    private readonly TimeProvider _time;
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private readonly ITimer _timer;
    private double _tokens;
    private long _filled;

    public TokenBucket(double perSecond, int burst, TimeProvider time)
    {
        (_perSecond, _burst, _time, _tokens, _filled) = (perSecond, burst, time, burst, time.GetTimestamp());
        _timer = time.CreateTimer(static bucket => ((TokenBucket)bucket!).LetPass(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether it is as good as a new one: full, and nobody waits.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_waiting)
            {
                Fill();
                return _waiting.Count == 0 && _tokens >= _burst;
            }
        }
    }

    /// <summary>Passes at once, if that is allowed now and nobody waits.</summary>
    public bool TryPass()
    {
        lock (_waiting)
        {
            Fill();
            return _waiting.Count == 0 && TryTake();
        }
    }

    /// <summary>Passes when it is allowed. Who gives up leaves its place to the next.</summary>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        var place = new LinkedListNode<TaskCompletionSource>(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_waiting)
        {
            Fill();
            _waiting.AddLast(place);
        }

        LetPass();
        await using var registration = cancellationToken.UnsafeRegister(GiveUp, null).ConfigureAwait(false);
        await place.Value.Task.ConfigureAwait(false);

        void GiveUp(object? state, CancellationToken token)
        {
            lock (_waiting)
            {
                if (place.List is null)
                {
                    return;
                }

                _waiting.Remove(place);
            }

            place.Value.SetCanceled(token);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void LetPass()
    {
        lock (_waiting)
        {
            Fill();
            while (_waiting.First is { } first && TryTake())
            {
                _waiting.RemoveFirst();
                first.Value.SetResult();
            }

            if (_waiting.Count > 0)
            {
                // Rounded up to what a timer can tell, so that it does not come a moment too early, again and again.
                _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling((1 - _tokens) / _perSecond * 1_000)), Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Fill()
    {
        var now = _time.GetTimestamp();
        _tokens += _time.GetElapsedTime(_filled, now).TotalSeconds * _perSecond;
        _filled = now;

        // What came in while somebody waits is theirs, though the timer that lets them pass be late.
        if (_waiting.Count == 0)
        {
            _tokens = Math.Min(_burst, _tokens);
        }
    }

    private bool TryTake()
    {
        // Adding up fractions must not cost the last one its turn.
        const double Enough = 1 - 1e-9;
        if (_tokens < Enough)
        {
            return false;
        }

        _tokens = Math.Max(0, _tokens - 1);
        return true;
    }
}
