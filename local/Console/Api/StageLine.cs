namespace Millrace.Local;

/// <summary>What the console's pages are told of where a stage stands.</summary>
internal static class StageJson
{
    /// <summary>In a line.</summary>
    public static object Brief(StageLook look) => new
    {
        look.Status.Stage,
        look.Status.State,
        look.Status.Members,
        look.Status.Lag,
        look.Status.LagSeconds,
        InPerSecond = Rates.Rounded(look.Status.InPerSecond),
        SettledPerSecond = Rates.Rounded(look.Status.SettledPerSecond),
        look.Status.Errors,
        look.Demand.Replicas,
        DesiredReplicas = look.Demand.Desired,
        look.Demand.Rules.MaxReplicas,
    };

    /// <summary>With its partitions, and what its replicas follow from.</summary>
    public static object Whole(StageLook look) => new
    {
        look.Status.Stage,
        look.Status.State,
        look.Status.Members,
        look.Status.Lag,
        look.Status.LagSeconds,
        InPerSecond = Rates.Rounded(look.Status.InPerSecond),
        SettledPerSecond = Rates.Rounded(look.Status.SettledPerSecond),
        look.Status.Errors,
        look.Demand.Replicas,
        DesiredReplicas = look.Demand.Desired,
        look.Demand.Rules.MaxReplicas,
        look.Status.Partitions,
        Demand = new { look.Demand.Rules.MinReplicas, look.Demand.Rules.MaxReplicas, look.Demand.Rules.LagThreshold, look.Demand.Topics },
    };
}
