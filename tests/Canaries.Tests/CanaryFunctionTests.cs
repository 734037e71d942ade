using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Canaries.Tests;

/// <summary>Canaries from the timer to the stages, in the app as it is put together.</summary>
public sealed class CanaryFunctionTests : IDisposable
{
    private readonly CanaryApp _app = new();

    private static List<StreamDefinition> Enabled => [.. Hosting.CatalogFiles.Load(AppContext.BaseDirectory).Streams.Streams.Where(stream => stream.HasCanaries)];

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task The_timer_gives_each_stream_one_event_and_stages_count_it_as_filtered_and_emit_nothing()
    {
        foreach (var stream in Enabled)
        {
            _app.Broker.CreateTopic(stream.Name, 1);
        }

        var clock = new FakeTimeProvider(CanaryApp.Noon);
        using (var timer = _app.Build(["Canaries"], builder => builder.Services.AddSingleton<TimeProvider>(clock)))
        {
            await timer.StartAsync();
            clock.Advance(TimeSpan.FromMinutes(5));
            foreach (var stream in Enabled)
            {
                var canary = Assert.Single(await _app.ReadAsync(stream.Name, 1)).Event.GetProperty("meta");
                Assert.Equal(("canary", stream.Name), (canary.GetProperty("domain").GetString(), canary.GetProperty("stream").GetString()));
            }

            await timer.StopAsync();
            foreach (var stream in Enabled)
            {
                Assert.Equal(1, await _app.CountAsync(stream.Name));
            }
        }

        string[] stages = ["PageChange", "PageChange_1", "PageChange_replay", "PageContentChange", "PageContentChange_replay"];
        using var app = _app.Build(stages, _ => { });
        await app.StartAsync();
        var runners = app.Services.GetServices<StageRunner>().Where(runner => stages.Contains(runner.Stage.Name)).ToDictionary(runner => runner.Stage.Name, runner => runner.Tally);
        await UntilAsync(() => Task.FromResult(runners["PageChange"].Filtered == 2 && runners["PageContentChange"].Filtered == 1));
        await app.StopAsync();

        Assert.All(runners.Values, tally => Assert.Equal((0, 0, 0), (tally.Emitted, tally.Failed, tally.Outputs)));
        Assert.All(runners.Values, tally => Assert.Equal("canary", Assert.Single(tally.FilteredBy).Key));
        Assert.Equal(["mediawiki.page-create", "mediawiki.revision-create"], runners["PageChange"].CanaryAges.Keys.Order());
    }

    [Fact]
    public async Task A_host_that_is_told_not_to_produces_none()
    {
        foreach (var stream in Enabled)
        {
            _app.Broker.CreateTopic(stream.Name, 1);
        }

        using var app = _app.Build(["Healthz"], _ => { }, "--Canaries:Enabled=false");
        await app.StartAsync();

        await app.Services.GetRequiredService<CanaryWriter>().WriteAsync(CancellationToken.None);

        Assert.Equal(0, await _app.CountAsync("mediawiki.page_change.v1"));
        await app.StopAsync();
    }

    [Fact]
    public async Task The_gauge_shows_how_old_the_youngest_canary_of_each_input_is()
    {
        var clock = new FakeTimeProvider(CanaryApp.Noon);
        using var app = _app.Build(["Healthz"], builder => builder.Services.AddSingleton<TimeProvider>(clock).AddSingleton<ISink>(new InMemorySink()));
        await app.StartAsync();
        var ages = new List<(double Seconds, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "millrace.canary.age" && instrument.Meter.Scope == app.Services.GetRequiredService<IMeterFactory>())
                {
                    Assert.Equal(("Millrace", "s"), (instrument.Meter.Name, instrument.Unit));
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, age, tags, _) => ages.Add((age, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")))));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Empty(ages);

        var stage = app.Services.GetServices<StageRunner>().Single(runner => runner.Stage.Name == "PageContentChange");
        var writer = CanaryEvent.Of(stage.Stage.Inputs[0], null, app.Services.GetRequiredService<Schemas.SchemaRepository>(), CanaryApp.Noon);
        await stage.RunAsync([Record(writer, 0, CanaryApp.Noon.AddSeconds(-10)), Record(writer, 1, CanaryApp.Noon.AddSeconds(-20))], CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(30));
        listener.RecordObservableInstruments();

        Assert.Equal((40, "millrace.stage=PageContentChange millrace.stream=mediawiki.page_change.v1"), Assert.Single(ages));
        await app.StopAsync();
    }

    private static EventRecord Record(CanaryEvent canary, long offset, DateTimeOffset made) =>
        new() { Position = new StreamPosition(canary.Topic, 0, offset), Value = canary.Make(made).Value, Timestamp = made };

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(CanaryApp.Patience);
        while (!await holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }
}
