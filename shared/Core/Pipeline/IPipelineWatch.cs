namespace Millrace.Core;

/// <summary>Sees every record enter and leave the steps of a stage's pipeline. For tools and tests; an app has none as a rule.</summary>
/// <remarks>Called from many threads where there are many records. What it throws ends the event as failed.</remarks>
public interface IPipelineWatch
{
    /// <summary>A record enters a step; what it enters before it has left is a step within.</summary>
    void Enter(string step, StageContext context);

    /// <summary>A record leaves a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="context">The record.</param>
    /// <param name="outcome">What has become of it there; null where an exception passes.</param>
    void Leave(string step, StageContext context, Outcome? outcome);
}
