using System.Diagnostics;

namespace Millrace.Core;

/// <summary>Measures every event, and makes its span in the trace that it came with.</summary>
internal sealed class Telemetry(StageTally tally, TimeProvider time) : IStageMiddleware
{
    public async ValueTask<Outcome> InvokeAsync(StageContext context, StageDelegate next)
    {
        var started = time.GetTimestamp();
        using var span = Start(context);
        var outcome = await next(context).ConfigureAwait(false);
        if (outcome is Outcome.Failed { Error: var error })
        {
            span?.SetStatus(ActivityStatusCode.Error, error.Message);
            span?.SetTag("error.type", error.Type);
        }

        tally.Latency.Record(time.GetElapsedTime(started));
        return outcome;
    }

    // Names and tags: OpenTelemetry's semantic conventions for messaging.
    private static Activity? Start(StageContext context)
    {
        if (!TraceHeaders.Source.HasListeners())
        {
            return null;
        }

        var position = context.Record.Position;
        TraceHeaders.TryRead(context.Record, out var parent);
        var span = TraceHeaders.Source.StartActivity($"process {context.Stage.Name}", ActivityKind.Consumer, parent);
        span?.SetTag("messaging.system", "kafka");
        span?.SetTag("messaging.operation.type", "process");
        span?.SetTag("messaging.destination.name", position.Topic);
        span?.SetTag("messaging.destination.partition.id", position.Partition);
        span?.SetTag("messaging.kafka.offset", position.Offset);
        return span;
    }
}
