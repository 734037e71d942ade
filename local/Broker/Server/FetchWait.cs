using Millrace.Broker.Storage;

namespace Millrace.Broker.Server;

/// <summary>Wakes one who waits for records in any of several partitions, until a time has passed or the caller has left.</summary>
internal sealed class FetchWait : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _subscriptions = [];
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _aborted;
    private TaskCompletionSource _next = NewSource();

    public FetchWait(TimeProvider time, TimeSpan wait, CancellationToken aborted)
    {
        _timer = time.CreateTimer(_ => End(), null, wait, Timeout.InfiniteTimeSpan);
        _aborted = aborted.UnsafeRegister(_ => End(), null);
    }

    /// <summary>Whether there is no more to wait for.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Includes a partition.</summary>
    public void Watch(PartitionLog log) => _subscriptions.Add(log.OnAppend(Signal));

    /// <summary>Ends when something was appended since the last time, or it is over.</summary>
    public async Task NextAsync()
    {
        await Volatile.Read(ref _next).Task;
        lock (_gate)
        {
            if (!IsOver)
            {
                _next = NewSource();
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _aborted.Dispose();
        _subscriptions.ForEach(one => one.Dispose());
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void End()
    {
        lock (_gate)
        {
            IsOver = true;
        }

        Signal();
    }

    private void Signal()
    {
        lock (_gate)
        {
            _next.TrySetResult();
        }
    }
}
