using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;

namespace Millrace.Telemetry;

/// <summary>Shows how far the stages of this host are behind their inputs, in events and in seconds, by what the groups of their triggers have committed.</summary>
/// <remarks>All partitions of a stage, whoever has them: one that nobody reads is the one that matters most. So replicas say the same, and rules take the largest.</remarks>
internal sealed partial class LagMetrics : IHostedService, IAsyncDisposable
{
    private readonly List<StageLag> _stages;
    private readonly IMeterFactory _meters;
    private readonly TimeProvider _time;

    public LagMetrics(
        IMeterFactory meters, IEnumerable<StageRunner> stages, IConfiguration settings, KafkaOptions kafka, MillraceOptions millrace, TelemetryOptions options, TimeProvider time, ILogger<LagMetrics> log)
    {
        (_meters, _time) = (meters, time);
        var functions = settings.GetSection(StageFunctions.Filter).GetChildren().Select(function => function.Value).ToHashSet();
        _stages =
        [
            .. from stage in stages.Select(runner => runner.Stage)
               where functions.Count == 0 || StageFunctions.NamesOf(stage).Any(functions.Contains)
               select new StageLag(
                   stage.Name,
                   () => new LagReader(kafka, stage.Name, stage.TopicsToRead(millrace.Datacenter), stage.ReplayTopic),
                   options.LagInterval,
                   time,
                   failure => LogNotRead(log, failure, stage.Name)),
        ];
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var meter = _meters.Create("Millrace");
        meter.CreateObservableGauge("millrace.stage.lag.events", () => Observe((lag, _) => lag.Events), "{event}", "How many offsets a stage is behind the end of its input.");
        meter.CreateObservableGauge("millrace.stage.lag.time", () => Observe(Age), "s", "How long ago the first event was written that a stage has still to settle; zero where there is none.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in _stages)
        {
            await stage.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static double Age(PartitionLag lag, DateTimeOffset now) => lag.Oldest is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : 0;

    private IEnumerable<Measurement<T>> Observe<T>(Func<PartitionLag, DateTimeOffset, T> value)
        where T : struct
    {
        var now = _time.GetUtcNow();
        return from stage in _stages
               from lag in stage.Look()
               select new Measurement<T>(
                   value(lag.Value, now),
                   new("millrace.stage", stage.Name),
                   new("messaging.destination.name", lag.Key.Topic),
                   new("messaging.destination.partition.id", lag.Key.Partition.ToString(CultureInfo.InvariantCulture)));
    }
}
