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
    /// The input's headers, all of them but those that say of a record where it comes from (see <see cref="RecordOrigin"/>,
    /// <see cref="ReplayStamp"/>: what the platform itself knows of a replay is said anew), and with a <c>traceparent</c> that names the current activity; without one,
    /// a new span of the input's trace, or of a new trace, so that every event can be followed even where nobody records spans.
    /// </summary>
    /// <param name="record">The input.</param>
    /// <param name="span">What is named instead of the current activity, where that has ended; null is the current one.</param>
    public static List<RecordHeader> ForOutputs(EventRecord record, Activity? span = null)
    {
        var headers = new List<RecordHeader>(record.Headers.Count + 2);
        foreach (var header in record.Headers)
        {
            if (header.Name is not (TraceParent or RecordOrigin.HeaderName or ReplayStamp.HeaderName or ErrorInput.HeaderName))
            {
                headers.Add(header);
            }
        }

        headers.Add(new RecordHeader(TraceParent, Current(record, span ?? Activity.Current)));
        if (record.Replay is { } replay)
        {
            headers.Add(replay.Header());
        }

        return headers;
    }

    private static byte[] Current(EventRecord record, Activity? span) => span is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
        ? Encoding.ASCII.GetBytes(id)
        : NewSpan(TryRead(record, out var parent) ? parent : default);

    // 00-<trace>-<span>-<flags>; nobody is asked to record what nobody records here.
    private static byte[] NewSpan(in ActivityContext parent)
    {
        const int Trace = 16, Span = 8;
        var isRecorded = parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
        var value = isRecorded ? "00-00000000000000000000000000000000-0000000000000000-01"u8.ToArray() : "00-00000000000000000000000000000000-0000000000000000-00"u8.ToArray();
        Span<byte> ids = stackalloc byte[Trace + Span];
        Random.Shared.NextBytes(ids);
        if (parent.TraceId != default)
        {
            parent.TraceId.CopyTo(ids[..Trace]);
        }

        Convert.TryToHexStringLower(ids[..Trace], value.AsSpan(3), out _);
        Convert.TryToHexStringLower(ids[Trace..], value.AsSpan(4 + (2 * Trace)), out _);
        return value;
    }
}
