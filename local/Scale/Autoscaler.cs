namespace Millrace.Local;

/// <summary>KEDA and the Horizontal Pod Autoscaler over time: given what is measured, how many replicas there are to be.</summary>
/// <remarks>
/// KEDA polls: it takes a stage from zero to its first replica and, after the cooldown, from whatever it has to zero. In between
/// the autoscaler looks at its own rhythm. It has no clock and measures nothing: times are those since any start, and never go back.
/// </remarks>
internal sealed class Autoscaler(ScaleRules rules)
{
    private readonly Recommendations _recommendations = new(rules.ScaleUpWindow, rules.ScaleDownWindow);
    private readonly ReplicaChanges _changes = new(rules);
    private readonly Dictionary<(string Topic, int Partition), long> _previous = [];
    private IReadOnlyList<LagMetric> _metrics = [];
    private TimeSpan _nextPoll;
    private TimeSpan _nextSync;
    private TimeSpan? _lastActive;

    /// <summary>How many replicas there are to be.</summary>
    public int Replicas { get; private set; } = rules.MinReplicas;

    /// <summary>Whether some topic was beyond its activation threshold when it was last measured.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The lag over all topics when it was last measured, in events.</summary>
    public long Lag => _metrics.Sum(metric => metric.Total);

    /// <summary>How often the lag was polled.</summary>
    public int Polls { get; private set; }

    /// <summary>When there is something to do next: a poll, or a look of the autoscaler.</summary>
    public TimeSpan Next => Replicas == 0 || _nextPoll < _nextSync ? _nextPoll : _nextSync;

    /// <summary>Does what is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="topics">The topics of the stage, measured now.</param>
    /// <returns><see cref="Replicas"/>.</returns>
    public int Step(TimeSpan now, IReadOnlyList<TopicOffsets> topics)
    {
        if (now >= _nextPoll)
        {
            Poll(now, topics);
            _nextPoll = now + rules.PollingInterval;
        }

        if (Replicas > 0 && now >= _nextSync)
        {
            Sync(now, topics);
            _nextSync = now + rules.SyncPeriod;
        }

        return Replicas;
    }

    private void Poll(TimeSpan now, IReadOnlyList<TopicOffsets> topics)
    {
        Measure(topics);
        Polls++;
        IsActive = _metrics.Any(metric => metric.IsActive);
        if (IsActive)
        {
            _lastActive = now;
        }

        if (Replicas == 0 && (IsActive || rules.MinReplicas > 0))
        {
            Set(now, Math.Max(1, rules.MinReplicas));
            _nextSync = now + rules.SyncPeriod;
        }
        else if (Replicas > 0 && !IsActive && rules.MinReplicas == 0 && !(now - _lastActive < rules.CooldownPeriod))
        {
            Set(now, 0);
        }
    }

    private void Sync(TimeSpan now, IReadOnlyList<TopicOffsets> topics)
    {
        if (!rules.UseCachedMetrics)
        {
            Measure(topics);
        }

        var wanted = (int)Math.Clamp(_metrics.Max(metric => LagFormula.Wanted(metric.Lag, Replicas, rules)), Math.Max(1, rules.MinReplicas), rules.MaxReplicas);
        Set(now, _changes.Limit(now, Replicas, _recommendations.Stabilise(now, Replicas, wanted)));
    }

    private void Measure(IReadOnlyList<TopicOffsets> topics)
    {
        _metrics = [.. topics.Select(topic => LagFormula.Measure(
            [.. topic.Partitions.Select((partition, number) => partition with { Previous = _previous.TryGetValue((topic.Topic, number), out var offset) ? offset : null })], rules, topic.RestingLag))];
        foreach (var topic in topics)
        {
            for (var number = 0; number < topic.Partitions.Count; number++)
            {
                if (topic.Partitions[number].Committed is { } committed)
                {
                    _previous[(topic.Topic, number)] = committed;
                }
            }
        }
    }

    private void Set(TimeSpan now, int replicas)
    {
        if (replicas != Replicas)
        {
            _changes.Add(now, replicas - Replicas);
            Replicas = replicas;
        }
    }
}
