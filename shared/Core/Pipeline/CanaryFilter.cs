namespace Millrace.Core;

/// <summary>Drops canaries, and remembers the last of each input: they prove that a stream is alive and mean nothing else.</summary>
internal sealed class CanaryFilter(StageTally tally) : IStageMiddleware
{
    private static readonly Outcome Canary = new Outcome.Filtered("canary");

    public ValueTask<Outcome> InvokeAsync(StageContext context, StageDelegate next)
    {
        if (!context.Event!.IsCanary)
        {
            return next(context);
        }

        // By the topic, not by what the event says of itself: there are no more of them than the catalog has.
        if (context.Stage.InputOfTopic(context.Record.Origin.Topic) is { } stream)
        {
            tally.SeeCanary(stream.Name, context.Event.ReceiveTime ?? context.Record.Timestamp);
        }

        return new(Canary);
    }
}
