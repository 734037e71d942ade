using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Millrace.Core;

namespace Millrace.Telemetry;

/// <summary>Shows what stages count, by partition: in the meter <c>Millrace</c>, read when somebody looks.</summary>
internal sealed class StageMetrics(IMeterFactory meters, IEnumerable<StageRunner> stages) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The factory owns the meter, and keeps one of that name.
        var meter = meters.Create("Millrace");
        Count("millrace.stage.events.taken", "Events that the host gave, each time that it gave them.", partition => partition.Taken);
        Count("millrace.stage.events.returned", "Events given back to the host without an outcome, which gives them again.", partition => partition.Returned);
        Count("millrace.stage.events.repeated", "Events that the host gave although they were settled before, or twice.", partition => partition.Repeated);
        Count("millrace.stage.events.emitted", "Events that became other events, durably.", partition => partition.Emitted);
        Count("millrace.stage.events.outputs", "Events that the emitted ones became.", partition => partition.Outputs);
        CountBy("millrace.stage.events.filtered", "Events that a stage had no use for.", "millrace.filter.reason", partition => partition.FilteredBy);
        CountBy("millrace.stage.events.failed", "Events that went to the error stream.", "error.type", partition => partition.FailedBy);
        meter.CreateObservableGauge(
            "millrace.stage.events.in_flight", () => Each(partition => new Measurement<long>(partition.InFlight, partition.Tags)), "{event}", "Events taken that have no durable outcome yet.");
        meter.CreateObservableGauge(
            "millrace.stage.in_flight.age", () => Each(partition => new Measurement<double>(partition.OldestInFlight.TotalSeconds, partition.Tags)), "s", "How long ago the oldest event in flight was taken.");
        meter.CreateObservableGauge(
            "millrace.stage.checkpoint", () => Each(partition => new Measurement<long>(partition.Checkpoint ?? 0, partition.Tags)), "{offset}", "The first offset that is not settled; zero where none is known.");
        meter.CreateObservableGauge("millrace.stage.partition.blocked", Blocked, "{partition}", "1 while outcomes of a partition cannot be made durable.");
        return Task.CompletedTask;

        void Count(string name, string description, Func<PartitionTally, long> value) =>
            meter.CreateObservableCounter(name, () => Each(partition => new Measurement<long>(value(partition), partition.Tags)), "{event}", description);

        void CountBy(string name, string description, string tag, Func<PartitionTally, IReadOnlyDictionary<string, long>> values) =>
            meter.CreateObservableCounter(
                name,
                () => from stage in stages
                      from partition in stage.Tally.Partitions
                      from value in values(partition)
                      select new Measurement<long>(value.Value, [.. partition.Tags, new(tag, value.Key)]),
                "{event}",
                description);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<T>> Each<T>(Func<PartitionTally, Measurement<T>> measure)
        where T : struct => stages.SelectMany(stage => stage.Tally.Partitions).Select(measure);

    private IEnumerable<Measurement<int>> Blocked() =>
        from stage in stages
        from partition in stage.Tally.Partitions
        select new Measurement<int>(stage.Tally.Blocked.ContainsKey(partition.Partition) ? 1 : 0, partition.Tags);
}
