using Millrace.Core;
using Millrace.Hosting;

namespace Millrace.Local;

/// <summary>How many replicas of a stage KEDA's formula asks for at one moment: before the windows and policies that keep the number from changing at once.</summary>
/// <param name="Replicas">How many there are, by the members of the stage's group.</param>
/// <param name="Desired">How many are asked for.</param>
/// <param name="Rules">The rules.</param>
/// <param name="Topics">What is measured on each topic, which is one trigger.</param>
internal sealed record ReplicaDemand(int Replicas, int Desired, ScaleRules Rules, IReadOnlyList<TopicDemand> Topics)
{
    /// <summary>The demand by what was seen of a stage.</summary>
    /// <param name="catalog">The stages that may write its inputs.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="status">Where it stands.</param>
    public static ReplicaDemand Of(StageCatalog catalog, StageDefinition stage, StageStatus status)
    {
        var topics = status.Partitions.GroupBy(partition => partition.Topic).ToList();
        var rules = ScaleRules.Of(stage.Scale, topics.Select(topic => topic.Count()).DefaultIfEmpty(1).Max()) with { ActivationLagThreshold = null };

        // A replica has a consumer for each of the stage's functions.
        var functions = StageFunctions.NamesOf(stage).Count;
        var replicas = (status.Members + functions - 1) / functions;
        var measured = topics.ConvertAll(topic => TopicDemand.Of(
            topic.Key,
            [.. topic.OrderBy(partition => partition.Partition).Select(partition => new PartitionOffsets(partition.Committed, partition.End))],
            rules,
            topic.Key == stage.ReplayTopic ? 0 : stage.Scale.ActivationLagThreshold ?? RestingLag.Of(catalog, stage, topic.Key, topic.Count())));
        var wanted = measured.Select(topic => LagFormula.Wanted(topic.Metric, Math.Max(1, replicas), rules)).DefaultIfEmpty().Max();
        var desired = measured.Exists(topic => topic.IsActive) || rules.MinReplicas > 0
            ? (int)Math.Clamp(wanted, Math.Max(1, rules.MinReplicas), rules.MaxReplicas)
            : 0;
        return new ReplicaDemand(replicas, desired, rules, measured);
    }
}
