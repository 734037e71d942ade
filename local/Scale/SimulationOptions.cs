namespace Millrace.Local;

/// <summary>The stage of a simulation, and what its replicas can do.</summary>
internal sealed record SimulationOptions
{
    /// <summary>How it is scaled.</summary>
    public required ScaleRules Rules { get; init; }

    /// <summary>How many partitions its input has.</summary>
    public required int Partitions { get; init; }

    /// <summary>How many events one replica processes in a second.</summary>
    public required double EventsPerSecond { get; init; }

    /// <summary>From the decision for a replica to its first event.</summary>
    public TimeSpan StartUp { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long nobody of the group processes anything when a member has joined or left.</summary>
    public TimeSpan RebalancePause { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How many markers of transactions stand at the end of every partition that has events, which no consumer commits.</summary>
    public long MarkersPerPartition { get; init; }

    /// <summary>The lag that the input keeps at rest.</summary>
    public long RestingLag => Partitions * MarkersPerPartition;
}
