namespace Millrace.Local;

/// <summary>Keeps as many replicas as there are to be: starts them, drains them, and starts again those that die.</summary>
/// <remarks>Used by one caller at a time; it has no thread of its own.</remarks>
internal sealed class ReplicaSet(Func<int, IReplica> start, TimeSpan grace, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // One that has lived for as long died of something new.
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(30);

    private readonly List<(IReplica Replica, long Started)> _running = [];
    private readonly List<Task> _draining = [];
    private TimeSpan _pause = TimeSpan.Zero;
    private long _lastDeath;
    private int _started;
    private int _killed;

    /// <summary>How many run and are not on their way out.</summary>
    public int Running => _running.Count;

    /// <summary>How many are on their way out.</summary>
    public int Draining => _draining.Count;

    /// <summary>How many were started so far.</summary>
    public int Started => _started;

    /// <summary>How many ended although nobody asked them to.</summary>
    public int Died { get; private set; }

    /// <summary>How many were killed since they did not drain within the grace period.</summary>
    public int Killed => Volatile.Read(ref _killed);

    /// <summary>Brings the replicas to a number: the newest go first, and none is started while one that died has its back-off.</summary>
    public void Reconcile(int replicas)
    {
        _draining.RemoveAll(draining => draining.IsCompleted);
        Bury();
        while (_running.Count > replicas)
        {
            _draining.Add(DrainAsync(_running[^1].Replica));
            _running.RemoveAt(_running.Count - 1);
        }

        while (_running.Count < replicas && (_pause == TimeSpan.Zero || time.GetElapsedTime(_lastDeath) >= _pause))
        {
            _running.Add((start(++_started), time.GetTimestamp()));
        }
    }

    /// <summary>Drains all, and returns when the last has ended.</summary>
    public async Task StopAsync()
    {
        Reconcile(0);
        await Task.WhenAll(_draining);
        _draining.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (replica, _) in _running)
        {
            replica.Kill();
            await replica.DisposeAsync();
        }

        _running.Clear();
        await Task.WhenAll(_draining);
    }

    private void Bury()
    {
        foreach (var (replica, started) in _running.FindAll(running => running.Replica.Ended.IsCompleted))
        {
            Died++;
            _pause = time.GetElapsedTime(started) >= Healthy || _pause == TimeSpan.Zero ? FirstPause : _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            _lastDeath = time.GetTimestamp();
            _running.RemoveAll(running => running.Replica == replica);
            _draining.Add(replica.DisposeAsync().AsTask());
        }

        if (_running.Count > 0 && _running.TrueForAll(running => time.GetElapsedTime(running.Started) >= Healthy))
        {
            _pause = TimeSpan.Zero;
        }
    }

    private async Task DrainAsync(IReplica replica)
    {
        replica.Drain();
        try
        {
            await replica.Ended.WaitAsync(grace, time);
        }
        catch (TimeoutException)
        {
            Interlocked.Increment(ref _killed);
            replica.Kill();
            await replica.Ended;
        }

        await replica.DisposeAsync();
    }
}
