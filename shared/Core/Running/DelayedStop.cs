namespace Millrace.Core;

/// <summary>A token that is cancelled some time after another was.</summary>
internal sealed class DelayedStop : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _registration;

    public DelayedStop(TimeSpan delay, TimeProvider time, CancellationToken stop)
    {
        _source = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _registration = stop.UnsafeRegister(_ => Begin(delay), null);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _registration.Dispose();
        _source.Dispose();
    }

    // A timer of no length would still need the clock to move.
    private void Begin(TimeSpan delay)
    {
        if (delay == TimeSpan.Zero)
        {
            _source.Cancel();
        }
        else
        {
            _source.CancelAfter(delay);
        }
    }
}
