using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Telemetry.Tests;

/// <summary>What only shows when something is wrong.</summary>
[Collection(AfterTheApp.Name)]
public sealed class StageMetricsTests
{
    [Fact]
    public async Task A_partition_that_waits_for_its_sink_is_blocked_and_its_events_grow_old_in_flight()
    {
        var time = new FakeTimeProvider();
        var (stage, refused) = (Some.Stage(), 0);
        var sink = new InMemorySink
        {
            OnSettle = _ =>
            {
                Interlocked.Increment(ref refused);
                throw new SinkException("The sink is down.") { CanRetry = true };
            },
        };
        var runner = new StageRunner(stage, new StagePipeline(stage, StageFunc.Echo, new AnySchema(), time), sink, time, NullLogger<StageRunner>.Instance);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        await new StageMetrics(meters, [runner]).StartAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();

        var run = runner.RunAsync([Some.Record(0)], stop.Token);
        while (runner.Tally.Blocked.Count == 0)
        {
            await Task.Yield();
        }

        var began = time.GetUtcNow();
        while (Volatile.Read(ref refused) < 4)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var seen = Read(meters);
        Assert.Equal((1, 1, 1), (seen["millrace.stage.partition.blocked"], seen["millrace.stage.events.taken"], seen["millrace.stage.events.in_flight"]));
        Assert.Equal((time.GetUtcNow() - began).TotalSeconds, seen["millrace.stage.in_flight.age"]);

        await stop.CancelAsync();
        while (!run.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.NotNull(await Record.ExceptionAsync(() => run));
        seen = Read(meters);
        Assert.Equal((0, 1, 0, 0), (seen["millrace.stage.partition.blocked"], seen["millrace.stage.events.returned"], seen["millrace.stage.events.in_flight"], seen["millrace.stage.in_flight.age"]));
    }

    private static Dictionary<string, double> Read(IMeterFactory meters)
    {
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => { if (instrument.Meter.Scope == meters) { listening.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }
}
