using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Millrace.Core;

namespace Millrace.Intake;

/// <summary>The spans of bodies that are taken, from which the traces of their events go on.</summary>
internal static class IntakeTrace
{
    private const string TraceParent = "traceparent";
    private const string Name = "send events";

    private static readonly ActivitySource Source = new("Millrace.Intake");

    /// <summary>Whether anybody listens; without, there is nothing to begin.</summary>
    public static bool IsListenedTo => Source.HasListeners();

    /// <summary>Begins a span: below the host's own where that is recorded, or else below the request's <c>traceparent</c>, or else a trace; null where nobody records it.</summary>
    public static Activity? Start(IHeaderDictionary? headers)
    {
        var hosts = Activity.Current;
        if (hosts is { Recorded: true } && hosts.Source.HasListeners())
        {
            return Source.StartActivity(Name, ActivityKind.Producer);
        }

        // What the host has begun for its own log, and nobody records, is no parent, whatever its flags say: the trace would seem to have lost its beginning.
        Activity.Current = null;
        var span = TryRead(headers, out _, out var parent) ? Source.StartActivity(Name, ActivityKind.Producer, parent) : Source.StartActivity(Name, ActivityKind.Producer);
        if (span is null)
        {
            Activity.Current = hosts;
        }

        return span;
    }

    /// <summary>The headers of the records: where the trace goes on from; none where there is no trace.</summary>
    /// <param name="span">The span of the body; null where there is none.</param>
    /// <param name="headers">The request's headers; null where there is no request.</param>
    public static IReadOnlyList<RecordHeader> HeadersOf(Activity? span, IHeaderDictionary? headers) =>
        span is { Recorded: true, Id: { } id } ? [new RecordHeader(TraceParent, Encoding.ASCII.GetBytes(id))]
        : TryRead(headers, out var trace, out _) ? [new RecordHeader(TraceParent, Encoding.ASCII.GetBytes(trace))]
        : [];

    /// <summary>Says what became of the events.</summary>
    public static void Tell(Activity? span, EventFate[] fates)
    {
        if (span is not { IsAllDataRequested: true })
        {
            return;
        }

        // Names and tags: OpenTelemetry's semantic conventions for messaging.
        span.SetTag("messaging.system", "kafka");
        span.SetTag("messaging.operation.type", "send");
        span.SetTag("messaging.operation.name", "send");
        span.SetTag("messaging.batch.message_count", fates.Length);
        var refused = Array.FindIndex(fates, fate => fate.Refusal is not null || fate is { Delivery: not null, IsStored: false });
        if (refused >= 0)
        {
            // Not the message: it may repeat something of the event.
            span.SetStatus(ActivityStatusCode.Error);
            span.SetTag("error.type", fates[refused].Refusal?.Error.Type ?? "not_stored");
        }
    }

    /// <summary>Says that none of the body was taken.</summary>
    public static void Fail(Activity? span, RequestRefusal refusal)
    {
        span?.SetStatus(ActivityStatusCode.Error, refusal.Message);
        span?.SetTag("error.type", refusal.Status.ToString(CultureInfo.InvariantCulture));
    }

    private static bool TryRead(IHeaderDictionary? headers, out string trace, out ActivityContext parent)
    {
        (trace, parent) = ("", default);
        return headers is not null && (trace = headers.TraceParent.ToString()) is { Length: > 0 and < 128 } && ActivityContext.TryParse(trace, null, isRemote: true, out parent);
    }
}
