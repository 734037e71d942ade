using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Millrace.Core;

/// <summary>What of a stage is measured while it happens, in the meter <c>Millrace</c>; what is counted is read from its <see cref="StageTally"/>.</summary>
/// <remarks>Names and tags follow OpenTelemetry's semantic conventions for messaging where these have one. Nothing is allocated per event, and tags come from sets that are bounded.</remarks>
internal sealed class StageMeter(string stage)
{
    private static readonly Meter Meter = new("Millrace");

    private static readonly Histogram<double> Processing = Meter.CreateHistogram(
        "messaging.process.duration", "s", "How long events took from their start to their outcome, retries and lookups included.", advice: Seconds);

    private static readonly Histogram<double> Settling = Meter.CreateHistogram(
        "millrace.stage.settle.duration", "s", "How long it took until the outcomes of a batch were durable, waiting for a sink that is away included.", advice: Seconds);

    private static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "millrace.stage.retries", "{attempt}", "Attempts at an event after its first.");

    private readonly KeyValuePair<string, object?>[] _process = ProcessTags(stage);
    private readonly ConcurrentDictionary<string, KeyValuePair<string, object?>[]> _failed = new();
    private readonly KeyValuePair<string, object?> _stage = new("millrace.stage", stage);

    // The bounds that the conventions recommend.
    private static InstrumentAdvice<double> Seconds => new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    /// <summary>An event has its outcome.</summary>
    /// <param name="duration">What it took.</param>
    /// <param name="errorType">The capped type of its error; null where it has not failed.</param>
    public void Processed(TimeSpan duration, string? errorType)
    {
        var tags = errorType is null ? _process : _failed.GetOrAdd(errorType, static (type, process) => [.. process, new("error.type", type)], _process);
        Processing.Record(duration.TotalSeconds, tags);
    }

    /// <summary>Outcomes of a partition are durable.</summary>
    public static void Settled(PartitionTally partition, TimeSpan duration) => Settling.Record(duration.TotalSeconds, partition.Tags);

    /// <summary>An event is tried once more.</summary>
    public void Retried() => Retries.Add(1, _stage);

    private static KeyValuePair<string, object?>[] ProcessTags(string stage) =>
        [new("messaging.system", "kafka"), new("messaging.operation.name", "process"), new("millrace.stage", stage)];
}
