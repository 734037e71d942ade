namespace Millrace.Local;

/// <summary>What KEDA measures on one topic of a stage.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Lag">The offsets behind what the stage's group has committed, markers of transactions included.</param>
/// <param name="Metric">The lag that the autoscaler is given: capped, so that it asks for no more replicas than there are partitions.</param>
/// <param name="Activation">The lag beyond which the first replica starts.</param>
/// <param name="IsActive">Whether it is beyond that.</param>
internal sealed record TopicDemand(string Topic, long Lag, long Metric, long Activation, bool IsActive)
{
    /// <summary>Measures a topic.</summary>
    public static TopicDemand Of(string topic, IReadOnlyList<PartitionOffsets> partitions, ScaleRules rules, long activation)
    {
        var measured = LagFormula.Measure(partitions, rules, activation);
        return new TopicDemand(topic, measured.Total, measured.Lag, activation, measured.IsActive);
    }
}
