namespace Millrace.Core;

/// <summary>Where a stage runs: the <c>datacenters</c> of its entry in the catalog.</summary>
public sealed class DatacenterOptions
{
    /// <summary>In one datacenter, in each, or in one with another ready.</summary>
    public DatacenterMode Mode { get; set; } = DatacenterMode.OnlyOne;

    /// <summary>How often an event is worked on where the mode is <c>active-active</c>; means nothing otherwise.</summary>
    public ComputeMode Compute { get; set; } = ComputeMode.Once;

    /// <summary>The datacenter that runs the stage, where only one does; null is the first of <c>infra/datacenters.json</c>.</summary>
    public string? Active { get; set; }
}
