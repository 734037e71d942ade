using Millrace.Core;

namespace Millrace.Local;

/// <summary>What a stage has done, at one moment.</summary>
internal sealed record StageAccount(
    string Stage, long In, long Emitted, long Filtered, long Failed, long Lag, double P50Ms, double P99Ms, double EventsPerSecond,
    IReadOnlyDictionary<string, long> FilteredBy, IReadOnlyDictionary<string, long> FailedBy,
    IReadOnlyDictionary<string, double> CanaryAgeSeconds)
{
    /// <summary>Whether every event that came in has come to its end.</summary>
    public bool Balances => In == Emitted + Filtered + Failed;

    public static StageAccount Of(StageRunner runner, long lag)
    {
        var tally = runner.Tally;
        var settled = tally.Emitted + tally.Filtered + tally.Failed;
        return new StageAccount(
            runner.Stage.Name, tally.In, tally.Emitted, tally.Filtered, tally.Failed, lag,
            tally.Latency.Quantile(0.5).TotalMilliseconds, tally.Latency.Quantile(0.99).TotalMilliseconds,
            tally.Active > TimeSpan.Zero ? settled / tally.Active.TotalSeconds : 0,
            new SortedDictionary<string, long>(tally.FilteredBy.ToDictionary()), new SortedDictionary<string, long>(tally.FailedBy.ToDictionary()),
            new SortedDictionary<string, double>(tally.CanaryAges.ToDictionary(canary => canary.Key, canary => Math.Round(canary.Value.TotalSeconds, 1))));
    }
}
