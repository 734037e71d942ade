namespace Millrace.Core;

/// <summary>Drops canaries: they prove that a stream is alive and mean nothing else.</summary>
internal sealed class CanaryFilter : IStageMiddleware
{
    private static readonly Outcome Canary = new Outcome.Filtered("canary");

    public ValueTask<Outcome> InvokeAsync(StageContext context, StageDelegate next) =>
        context.Event!.IsCanary ? new(Canary) : next(context);
}
