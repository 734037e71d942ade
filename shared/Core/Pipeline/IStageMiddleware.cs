namespace Millrace.Core;

/// <summary>The rest of a stage's pipeline, as a middleware sees it.</summary>
public delegate ValueTask<Outcome> StageDelegate(StageContext context);

/// <summary>One step of a stage's pipeline, around all the steps behind it.</summary>
/// <remarks>Serves many events at a time, so it keeps no state of one event. What it throws ends the event as failed.</remarks>
public interface IStageMiddleware
{
    /// <summary>Decides the event's outcome, by itself or by calling the rest of the pipeline: once, or again.</summary>
    ValueTask<Outcome> InvokeAsync(StageContext context, StageDelegate next);
}
