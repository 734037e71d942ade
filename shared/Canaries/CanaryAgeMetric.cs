using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Millrace.Core;

namespace Millrace.Canaries;

/// <summary>The gauge <c>millrace.canary.age</c>: for each stage and input stream, the seconds since the last canary that came was made.</summary>
/// <remarks>Of the meter <c>Millrace</c>, with the tags <c>millrace.stage</c> and <c>millrace.stream</c>. Before the first canary there is no value: alert on its absence, too.</remarks>
internal sealed class CanaryAgeMetric(IMeterFactory meters, IEnumerable<StageRunner> stages) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // The factory owns the meter, and keeps one of that name.
        meters.Create("Millrace").CreateObservableGauge("millrace.canary.age", Observe, "s", "How old the youngest canary is that a stage has seen of an input stream.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<double>> Observe() =>
        from stage in stages
        from canary in stage.Tally.CanaryAges
        select new Measurement<double>(canary.Value.TotalSeconds, new("millrace.stage", stage.Stage.Name), new("millrace.stream", canary.Key));
}
