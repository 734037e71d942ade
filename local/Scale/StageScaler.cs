using Confluent.Kafka;

namespace Millrace.Local;

/// <summary>Scales one stage for real: measures its lag at the broker, and starts and stops replicas as KEDA and the autoscaler would.</summary>
internal sealed class StageScaler : IAsyncDisposable
{
    // How soon a replica that died is noticed.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    private readonly IOffsetSource _offsets;
    private readonly ReplicaSet _replicas;
    private readonly TimeProvider _time;
    private readonly ScaleRules _rules;
    private readonly Autoscaler _autoscaler;
    private readonly Lock _gate = new();
    private readonly List<ReplicaMoment> _history = [];

    /// <summary>A scaler that has yet to run.</summary>
    /// <param name="rules">How to scale.</param>
    /// <param name="offsets">Where the lag is measured.</param>
    /// <param name="start">Starts a replica, which is the n-th of all.</param>
    /// <param name="grace">How long a replica may take to drain.</param>
    /// <param name="time">The clock.</param>
    public StageScaler(ScaleRules rules, IOffsetSource offsets, Func<int, IReplica> start, TimeSpan grace, TimeProvider time)
    {
        (_rules, _offsets, _time) = (rules, offsets, time);
        _autoscaler = new Autoscaler(rules);
        _replicas = new ReplicaSet(start, grace, time);
        State = new ReplicaMoment(0, 0, 0, 0, 0, 0, 0);
    }

    /// <summary>How it stands.</summary>
    public ReplicaMoment State
    {
        get
        {
            lock (_gate)
            {
                return field;
            }
        }

        private set
        {
            lock (_gate)
            {
                field = value;
            }
        }
    }

    /// <summary>Every change of the replicas so far, with the lag at the time, the first being the start.</summary>
    public IReadOnlyList<ReplicaMoment> History
    {
        get
        {
            lock (_gate)
            {
                return [.. _history];
            }
        }
    }

    /// <summary>The most events of lag that were measured.</summary>
    public long PeakLag { get; private set; }

    /// <summary>How many replicas were started so far.</summary>
    public int Started => _replicas.Started;

    /// <summary>How many were killed since they did not drain in time.</summary>
    public int Killed => _replicas.Killed;

    /// <summary>How often the lag was measured and found too small to be active, one time after another, with no replica beyond the least.</summary>
    public int PollsAtRest { get; private set; }

    /// <summary>Scales until cancelled; then all replicas are drained.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        var polls = 0;
        while (!cancellation.IsCancellationRequested)
        {
            var now = _time.GetElapsedTime(started);
            if (now >= _autoscaler.Next && await MeasureAsync() is { } topics)
            {
                _autoscaler.Step(now, topics);
                PeakLag = Math.Max(PeakLag, _autoscaler.Lag);
            }

            _replicas.Reconcile(_autoscaler.Replicas);
            Note(now);
            var isAtRest = !_autoscaler.IsActive && _replicas.Running <= _rules.MinReplicas && _replicas.Draining == 0;
            PollsAtRest = isAtRest ? PollsAtRest + _autoscaler.Polls - polls : 0;
            polls = _autoscaler.Polls;
            await Task.Delay(Glance, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _replicas.StopAsync();
        Note(_time.GetElapsedTime(started));
    }

    public ValueTask DisposeAsync() => _replicas.DisposeAsync();

    // As with KEDA, a broker that does not answer changes nothing.
    private async Task<IReadOnlyList<TopicOffsets>?> MeasureAsync()
    {
        try
        {
            return await Task.Run(_offsets.Read);
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    private void Note(TimeSpan now)
    {
        var before = State;
        State = new ReplicaMoment(Math.Round(now.TotalSeconds, 1), _autoscaler.Lag, _autoscaler.Replicas, _replicas.Running, _replicas.Draining, _replicas.Died, _replicas.Killed);
        lock (_gate)
        {
            if (_history.Count == 0 || (before.Replicas, before.Running, before.Draining, before.Died) != (State.Replicas, State.Running, State.Draining, State.Died))
            {
                _history.Add(State);
            }
        }
    }
}
