using System.Diagnostics;
using System.Globalization;

namespace Millrace.Core;

/// <summary>Measures every event, and makes its span in the trace that it came with.</summary>
internal sealed class Telemetry(StageTally tally, TimeProvider time) : IStageMiddleware
{
    public async ValueTask<Outcome> InvokeAsync(StageContext context, StageDelegate next)
    {
        var started = time.GetTimestamp();
        using var span = Start(context);
        var outcome = await next(context).ConfigureAwait(false);
        string? errorType = null;
        if (outcome is Outcome.Failed { Error: var error })
        {
            errorType = tally.ErrorNames.Of(error.Type);
            span?.SetStatus(ActivityStatusCode.Error, error.Message);
            span?.SetTag("error.type", errorType);
        }

        var duration = time.GetElapsedTime(started);
        tally.Latency.Record(duration);
        tally.Meter.Processed(duration, errorType);
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
        if (span is { IsAllDataRequested: true })
        {
            context.Span = span;
            span.SetTag("messaging.system", "kafka");
            span.SetTag("messaging.operation.type", "process");
            span.SetTag("messaging.operation.name", "process");
            span.SetTag("messaging.destination.name", position.Topic);
            span.SetTag("messaging.destination.partition.id", position.Partition.ToString(CultureInfo.InvariantCulture));
            span.SetTag("messaging.kafka.offset", position.Offset);
        }

        return span;
    }
}
