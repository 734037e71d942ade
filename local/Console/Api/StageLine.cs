namespace Millrace.Local;

/// <summary>What the console's pages are told of where a stage stands, in a line.</summary>
internal class StageLine(StageLook look)
{
    public string Stage => look.Status.Stage;

    public StageActivity State => look.Status.State;

    public int Members => look.Status.Members;

    public long Lag => look.Status.Lag;

    public double LagSeconds => look.Status.LagSeconds;

    public double? InPerSecond => Rates.Rounded(look.Status.InPerSecond);

    public double? SettledPerSecond => Rates.Rounded(look.Status.SettledPerSecond);

    public ErrorCount? Errors => look.Status.Errors;

    public int Replicas => look.Demand.Replicas;

    public int DesiredReplicas => look.Demand.Desired;

    public int MaxReplicas => look.Demand.Rules.MaxReplicas;
}
