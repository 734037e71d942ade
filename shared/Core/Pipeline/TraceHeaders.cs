using System.Diagnostics;
using System.Text;

namespace Millrace.Core;

/// <summary>Carries a trace from the input's headers into the outputs' (W3C Trace Context).</summary>
internal static class TraceHeaders
{
    private const string TraceParent = "traceparent";

    public static ActivitySource Source { get; } = new("Millrace");

    /// <summary>The input's place in its trace; false where it has none that can be read.</summary>
    public static bool TryRead(EventRecord record, out ActivityContext parent)
    {
        foreach (var header in record.Headers)
        {
            if (header.Name == TraceParent && header.Value is { Length: < 128 } value)
            {
                return ActivityContext.TryParse(Encoding.ASCII.GetString(value), null, isRemote: true, out parent);
            }
        }

        parent = default;
        return false;
    }

    /// <summary>
    /// The input's headers, all of them, but with a <c>traceparent</c> that names the current activity; without one,
    /// a new span of the input's trace, or of a new trace, so that every event can be followed even where nobody records spans.
    /// </summary>
    public static IReadOnlyList<RecordHeader> ForOutputs(EventRecord record)
    {
        var headers = new List<RecordHeader>(record.Headers.Count + 1);
        foreach (var header in record.Headers)
        {
            if (header.Name != TraceParent)
            {
                headers.Add(header);
            }
        }

        headers.Add(new RecordHeader(TraceParent, Encoding.ASCII.GetBytes(Current(record))));
        return headers;
    }

    private static string Current(EventRecord record)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id })
        {
            return id;
        }

        var known = TryRead(record, out var parent);
        var trace = known ? parent.TraceId : ActivityTraceId.CreateRandom();
        var flags = known && parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00";
        return $"00-{trace.ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-{flags}";
    }
}
