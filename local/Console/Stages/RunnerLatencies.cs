using Millrace.Core;

namespace Millrace.Local;

/// <summary>The latencies of the stages that run in this process.</summary>
internal sealed class RunnerLatencies(IEnumerable<StageRunner> runners) : ILatencySource
{
    private readonly Dictionary<string, LatencyHistogram> _latencies = runners.ToDictionary(runner => runner.Stage.Name, runner => runner.Tally.Latency);

    /// <inheritdoc/>
    public string Note => "Of all events since this session was started, to within 7 %.";

    /// <inheritdoc/>
    public Task<StageLatencies?> ReadAsync(string stage, CancellationToken cancellation) => Task.FromResult(
        _latencies.TryGetValue(stage, out var latency) && latency.Quantile(1) > TimeSpan.Zero
            ? new StageLatencies(latency.Quantile(0.5).TotalMilliseconds, latency.Quantile(0.99).TotalMilliseconds) : null);
}
