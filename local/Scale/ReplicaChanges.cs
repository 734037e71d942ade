namespace Millrace.Local;

/// <summary>How many replicas were added and removed lately, so that a policy of so many in a period can be kept.</summary>
internal sealed class ReplicaChanges(ScaleRules rules)
{
    private readonly Queue<(TimeSpan At, int Change)> _recent = new();

    /// <summary>Notes a change.</summary>
    public void Add(TimeSpan now, int change) => _recent.Enqueue((now, change));

    /// <summary>The number that the policies allow on the way to another.</summary>
    public int Limit(TimeSpan now, int replicas, int wanted)
    {
        while (_recent.TryPeek(out var oldest) && now - oldest.At >= Longest)
        {
            _recent.Dequeue();
        }

        if (wanted > replicas)
        {
            var start = AtStart(now, rules.ScaleUpPeriod, replicas);
            return Math.Min(wanted, Math.Max(replicas, Math.Max(start + rules.ScaleUpPods, start * rules.ScaleUpFactor)));
        }

        return Math.Max(wanted, Math.Min(replicas, AtStart(now, rules.ScaleDownPeriod, replicas) - rules.ScaleDownPods));
    }

    private TimeSpan Longest => rules.ScaleUpPeriod > rules.ScaleDownPeriod ? rules.ScaleUpPeriod : rules.ScaleDownPeriod;

    private int AtStart(TimeSpan now, TimeSpan period, int replicas) => replicas - _recent.Where(change => now - change.At < period).Sum(change => change.Change);
}
