using System.Diagnostics;
using System.Globalization;

namespace Millrace.Core;

/// <summary>The spans of a batch whose outcomes are to be made durable, and the one span of doing so.</summary>
/// <remarks>It is a child of the first recorded event's span, and linked to those of all others that are recorded, up to a bound. A batch without a recorded event has none. Used by one caller at a time.</remarks>
internal sealed class SettleSpan(string stage, StreamPartition partition)
{
    // What collectors accept of one span as a rule.
    private const int MaxLinks = 128;

    private readonly List<Activity> _events = [];

    public void Add(Activity? span)
    {
        if (span is not null && _events.Count < MaxLinks)
        {
            _events.Add(span);
        }
    }

    /// <summary>Begins the span; null where no event of the batch is recorded. What was added is forgotten.</summary>
    public Activity? Start(int records)
    {
        if (_events.Count == 0)
        {
            return null;
        }

        // Names and tags: OpenTelemetry's semantic conventions for messaging.
        KeyValuePair<string, object?>[] tags =
        [
            new("messaging.system", "kafka"),
            new("messaging.operation.type", "settle"),
            new("messaging.operation.name", "settle"),
            new("messaging.destination.name", partition.Topic),
            new("messaging.destination.partition.id", partition.Partition.ToString(CultureInfo.InvariantCulture)),
            new("messaging.batch.message_count", records),
        ];
        var span = TraceHeaders.Source.StartActivity($"settle {stage}", ActivityKind.Client, _events[0].Context, tags, _events.Select(of => new ActivityLink(of.Context)).ToList());
        _events.Clear();
        return span;
    }
}
