namespace Millrace.Local;

/// <summary>From offsets to replicas: the formula of KEDA's Apache Kafka scaler, and the rule of the Horizontal Pod Autoscaler.</summary>
internal static class LagFormula
{
    /// <summary>What KEDA measures on one topic.</summary>
    /// <param name="partitions">Its partitions.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="restingLag">The lag that it keeps at rest: the activation threshold, unless the rules have one.</param>
    public static LagMetric Measure(IReadOnlyList<PartitionOffsets> partitions, ScaleRules rules, long restingLag = 0)
    {
        var (lag, total, lagging) = (0L, 0L, 0);
        foreach (var partition in partitions)
        {
            var own = LagOf(partition, rules);
            var counted = IsPersistent(partition, rules) ? 0 : own;
            total += own;
            lag += counted;
            lagging += counted > 0 ? 1 : 0;
        }

        if (!rules.AllowIdleConsumers)
        {
            var most = rules.LimitToPartitionsWithLag ? lagging : partitions.Count;
            lag = lag / rules.LagThreshold > most ? most * rules.LagThreshold : lag;
        }

        return new LagMetric(total > (rules.ActivationLagThreshold ?? restingLag), lag, total);
    }

    /// <summary>The replicas that the autoscaler wants for one metric, before windows, policies and bounds.</summary>
    /// <param name="lag">The metric, in events.</param>
    /// <param name="replicas">How many there are, at least one.</param>
    /// <param name="rules">The rules.</param>
    public static long Wanted(long lag, int replicas, ScaleRules rules) =>
        Math.Abs(((double)lag / rules.LagThreshold / replicas) - 1) <= rules.Tolerance ? replicas : RoundUp(lag, rules.LagThreshold);

    private static long RoundUp(long lag, long threshold) => lag <= 0 ? 0 : ((lag - 1) / threshold) + 1;

    private static long LagOf(PartitionOffsets partition, ScaleRules rules) => partition switch
    {
        { Committed: null } when rules.ScaleToZeroOnInvalidOffset => 0,
        { Committed: null } when rules.OffsetResetPolicy == OffsetResetPolicy.Latest => 1,
        { End: null } => 0,
        _ => partition.End.Value - (partition.Committed ?? 0),
    };

    private static bool IsPersistent(PartitionOffsets partition, ScaleRules rules) =>
        rules.ExcludePersistentLag && partition.Committed is { } committed && partition.End is not null && partition.Previous == committed;
}
