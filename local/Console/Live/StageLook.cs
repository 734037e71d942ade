namespace Millrace.Local;

/// <summary>Where a stage stands, and how many replicas it would have.</summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Demand">How many replicas its lag asks for.</param>
internal sealed record StageLook(StageStatus Status, ReplicaDemand Demand);
