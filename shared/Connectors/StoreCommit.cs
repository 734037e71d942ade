using System.Diagnostics;
using System.Diagnostics.Metrics;
using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>Measures the commits of a stage's partition into its store, in the meter <c>Millrace.Connectors</c>, and makes their spans, below that of settling the batch.</summary>
internal sealed class StoreCommit(string stage, string store, TimeProvider time)
{
    private static readonly Meter Meter = new("Millrace.Connectors");

    private static readonly ActivitySource Source = new("Millrace.Connectors");

    private static readonly Histogram<double> Durations = Meter.CreateHistogram(
        "millrace.store.commit.duration", "s", "How long commits into a store took, each try for itself; failed ones have an error.type.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30] });

    private readonly KeyValuePair<string, object?>[] _tags = [new("millrace.stage", stage), new("millrace.store", store)];

    /// <summary>Commits, and measures it.</summary>
    public async ValueTask<IReadOnlyList<RefusedRecord>> RunAsync(IStoreSession session, long checkpoint, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var span = Start();
        try
        {
            var refused = await session.CommitAsync(checkpoint, cancellation).ConfigureAwait(false);
            Durations.Record(time.GetElapsedTime(started).TotalSeconds, _tags);
            return refused;
        }
        catch (SinkException failure)
        {
            var errorType = failure.CanRetry ? "unavailable" : "taken_over";
            Durations.Record(time.GetElapsedTime(started).TotalSeconds, [.. _tags, new("error.type", errorType)]);
            span?.SetStatus(ActivityStatusCode.Error, failure.Message);
            span?.SetTag("error.type", errorType);
            throw;
        }
    }

    // Only where the batch has a span, which is where an event of it is recorded.
    private Activity? Start()
    {
        if (!Source.HasListeners() || Activity.Current is not { Recorded: true, Source.Name: "Millrace" } settling)
        {
            return null;
        }

        return Source.StartActivity($"commit {store}", ActivityKind.Client, default(ActivityContext), _tags, settling.Links);
    }
}
