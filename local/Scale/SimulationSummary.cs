namespace Millrace.Local;

/// <summary>What a simulation comes to.</summary>
internal sealed record SimulationSummary
{
    /// <summary>Events that came in.</summary>
    public required double Events { get; init; }

    /// <summary>How long it lasted, in seconds.</summary>
    public required int Seconds { get; init; }

    /// <summary>The most events that were behind.</summary>
    public required double PeakLag { get; init; }

    /// <summary>The longest that an event waited, in seconds.</summary>
    public required double LongestLagSeconds { get; init; }

    /// <summary>The most replicas.</summary>
    public required int PeakReplicas { get; init; }

    /// <summary>Replicas by time, which is what they cost, in seconds.</summary>
    public required long ReplicaSeconds { get; init; }

    /// <summary>How often replicas were added.</summary>
    public required int ScaleUps { get; init; }

    /// <summary>How often replicas were removed.</summary>
    public required int ScaleDowns { get; init; }

    /// <summary>Events that were still behind at the end: fewer than make a replica start, or more than it could do.</summary>
    public required double LeftOver { get; init; }

    /// <summary>Sums a simulation up.</summary>
    public static SimulationSummary Of(IReadOnlyList<ScaleMoment> moments) => new()
    {
        Events = Math.Round(moments.Sum(moment => moment.Rate), 3),
        Seconds = moments.Count,
        PeakLag = Math.Round(moments.Max(moment => moment.Lag), 3),
        LongestLagSeconds = moments.Max(moment => moment.Age),
        PeakReplicas = moments.Max(moment => moment.Replicas),
        ReplicaSeconds = moments.Sum(moment => (long)moment.Replicas),
        ScaleUps = Steps(moments).Count(step => step > 0),
        ScaleDowns = Steps(moments).Count(step => step < 0),
        LeftOver = Math.Round(moments[^1].Lag, 3),
    };

    private static IEnumerable<int> Steps(IReadOnlyList<ScaleMoment> moments) => moments.Zip(moments.Skip(1), (before, after) => after.Replicas - before.Replicas);
}
