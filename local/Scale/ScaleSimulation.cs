namespace Millrace.Local;

/// <summary>What a stage would do with a trace: its lag and its replicas, second by second.</summary>
/// <remarks>
/// A model, with what matters for the choice of settings: keys are spread evenly over partitions; a partition is read by one
/// replica, and a replica's rate is shared by its partitions; a batch is collected for a second; a replica that is started takes its time; whenever a member
/// joins or leaves, all of the group pauses. It ends when the trace has, the lag is gone, and the last replica with it.
/// </remarks>
internal sealed class ScaleSimulation
{
    // What is not over by then never will be.
    private const int MaxSecondsAfter = 24 * 3600;

    private readonly SimulationOptions _options;
    private readonly Autoscaler _autoscaler;
    private readonly double[] _committed;
    private readonly List<double> _written = [0];
    private readonly int[] _behind;
    private readonly List<int> _starting = [];
    private int _ready;
    private double _pausedUntil;

    private ScaleSimulation(SimulationOptions options)
    {
        _options = options;
        _autoscaler = new Autoscaler(options.Rules);
        _committed = new double[options.Partitions];
        _behind = new int[options.Partitions];
        _ready = options.Rules.MinReplicas;
    }

    /// <summary>Simulates a trace.</summary>
    public static IReadOnlyList<ScaleMoment> Run(RateTrace trace, SimulationOptions options) => new ScaleSimulation(options).Run(trace);

    private List<ScaleMoment> Run(RateTrace trace)
    {
        var moments = new List<ScaleMoment>();
        foreach (var rate in trace.BySecond())
        {
            moments.Add(Step(moments.Count, rate));
        }

        for (var end = moments.Count + MaxSecondsAfter; moments.Count < end && !IsAtRest(moments[^1]);)
        {
            moments.Add(Step(moments.Count, 0));
        }

        return moments;
    }

    private bool IsAtRest(ScaleMoment last) => _autoscaler.Replicas == _options.Rules.MinReplicas && last.Ready == _autoscaler.Replicas
        && !_autoscaler.IsActive && last.Lag <= (_options.Rules.ActivationLagThreshold ?? _options.RestingLag);

    private ScaleMoment Step(int second, double rate)
    {
        var written = _written[^1] + (rate / _options.Partitions);
        Work(second, _written[^1]);
        _written.Add(written);
        var replicas = _autoscaler.Step(TimeSpan.FromSeconds(second), [Offsets(written)]);
        Reconcile(second, replicas);
        return new ScaleMoment(second, rate, _committed.Sum(committed => written - committed), Age(second, written), replicas, _ready);
    }

    // The whole events: half an event is not written yet, and half a processed one is not committed.
    private TopicOffsets Offsets(double written) => new(
        "",
        [.. _committed.Select(committed => new PartitionOffsets((long)(committed + 1e-6), (long)(written + 1e-6) + (written >= 1 ? _options.MarkersPerPartition : 0)))],
        _options.RestingLag);

    private void Work(int second, double written)
    {
        if (_ready == 0 || second < _pausedUntil)
        {
            return;
        }

        var members = Math.Min(_ready, _options.Partitions);
        for (var member = 0; member < members; member++)
        {
            Drain(member * _options.Partitions / members, (member + 1) * _options.Partitions / members, written);
        }
    }

    // What one partition does not need of its share, the others of the replica take.
    private void Drain(int from, int to, double written)
    {
        var left = _options.EventsPerSecond;
        var partitions = Enumerable.Range(from, to - from).OrderBy(partition => written - _committed[partition]).ToList();
        for (var n = 0; n < partitions.Count; n++)
        {
            var done = Math.Min(left / (partitions.Count - n), written - _committed[partitions[n]]);
            _committed[partitions[n]] += done;
            left -= done;
        }
    }

    private void Reconcile(int second, int replicas)
    {
        var ready = _ready;
        _ready += _starting.RemoveAll(due => due <= second);
        while (_ready + _starting.Count < replicas)
        {
            _starting.Add(second + (int)Math.Ceiling(_options.StartUp.TotalSeconds));
        }

        // Those that are not ready yet go first, as in Kubernetes.
        while (_ready + _starting.Count > replicas && _starting.Count > 0)
        {
            _starting.RemoveAt(_starting.Count - 1);
        }

        _ready = Math.Min(_ready, replicas);
        if (_ready != ready)
        {
            _pausedUntil = second + 1 + _options.RebalancePause.TotalSeconds;
        }
    }

    // How long ago the oldest event was written that is not processed: when what is written passed what is committed.
    private double Age(int second, double written)
    {
        var oldest = 0.0;
        for (var partition = 0; partition < _committed.Length; partition++)
        {
            while (_behind[partition] < second && _written[_behind[partition] + 1] <= _committed[partition] + 1e-6)
            {
                _behind[partition]++;
            }

            oldest = written - _committed[partition] < 1e-6 ? oldest : Math.Max(oldest, second - _behind[partition]);
        }

        return oldest;
    }
}
