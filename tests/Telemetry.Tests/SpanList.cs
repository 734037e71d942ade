using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace Millrace.Telemetry.Tests;

/// <summary>Keeps the spans that ended.</summary>
internal sealed class SpanList : BaseProcessor<Activity>
{
    public ConcurrentQueue<Activity> Ended { get; } = new();

    public override void OnEnd(Activity data) => Ended.Enqueue(data);
}
