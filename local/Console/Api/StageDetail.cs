namespace Millrace.Local;

/// <summary>What a stage's own page is told beside the line: its partitions, and what its replicas follow from.</summary>
internal sealed class StageDetail(StageLook look) : StageLine(look)
{
    public IReadOnlyList<PartitionStatus> Partitions { get; } = look.Status.Partitions;

    public object Demand { get; } = new { look.Demand.Rules.MinReplicas, look.Demand.Rules.MaxReplicas, look.Demand.Rules.LagThreshold, look.Demand.Topics };
}
