using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Broker;
using Millrace.Core;
using Millrace.FunctionsHost;
using Millrace.Hosting;
using Millrace.Kafka;
using Millrace.Local;

namespace Millrace.Console.Tests;

/// <summary>What <c>millrace dev --predict --allow-changes</c> runs, in this process: a broker, the app with its stages, the APIs that they ask, a feed, and the console.</summary>
internal sealed class RunningDev : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-console-").FullName;
    private Task _feed = Task.CompletedTask;

    private RunningDev()
    {
    }

    private EmbeddedBroker Broker { get; } = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DefaultPartitions = 0 });

    private KafkaOptions Kafka { get; } = new();

    private StageCatalog Catalog { get; set; } = null!;

    public Uri Address { get; private set; } = null!;

    public static async Task<RunningDev> StartAsync()
    {
        var dev = new RunningDev();
        await dev.StartPartsAsync();
        return dev;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _feed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync();
        }

        await Broker.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        _end.Dispose();
    }

    private async Task StartPartsAsync()
    {
        Kafka.BootstrapServers = Broker.BootstrapServers;
        ConnectedCatalog.Write(AppContext.BaseDirectory, _directory, [], predict: true);
        Catalog = CatalogFiles.Load(_directory);
        var options = new DevOptions { Port = 0, AllowChanges = true, ApiLatency = TimeSpan.FromMilliseconds(5) };
        foreach (var topic in new Platform(Catalog, Kafka).Streams.SelectMany(stream => stream.Topics)
            .Concat(Catalog.Stages.SelectMany(stage => (string[])[stage.ReplayTopic, stage.ResolvedTopic])).Concat(DevHttp.Topics).Distinct())
        {
            Broker.CreateTopic(topic, 2);
        }

        var wiki = Keep(await DevSession.StartWikiAsync(options, _end.Token));
        var model = Keep(await ModelApi.StartAsync(options.ApiLatency, TimeProvider.System, _end.Token));
        string[] settings = [$"--Millrace:Catalog={_directory}", .. model.Settings(Catalog), .. DevHttp.Settings(options), .. DevSession.Settings(options, Catalog, Kafka, wiki)];
        var app = Functions.Program.Build(settings, builder =>
        {
            builder.Logging.ClearProviders();
            builder.Services
                .AddSingleton(services => new ConsoleApp(new Platform(Catalog, Kafka) { Settings = builder.Configuration }, new ConsoleOptions { AllowChanges = true }, NullLoggerFactory.Instance, latencies: new RunnerLatencies(services.GetServices<StageRunner>())))
                .AddSingleton(services => new WebExtension(services.GetRequiredService<ConsoleApp>().Map));
        });
        Keep(new Running(app));
        await app.StartAsync(_end.Token);
        var status = app.Services.GetRequiredService<FunctionsHostStatus>();
        await status.WhenAssignedAsync(_end.Token);
        Address = status.HttpAddress!;
        await HostileEvents.ProduceAsync(Kafka);
        _feed = FeedAsync(new DevAccount(app.Services.GetServices<StageRunner>(), Catalog, Kafka, null));
    }

    private async Task FeedAsync(DevAccount account)
    {
        using (account)
        {
            await using var feeder = new Feeder(Kafka, Catalog, account);
            await feeder.RunAsync(FeedSource.FromSample(20, int.MaxValue), _end.Token);
        }
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    private sealed class Running(IHost app) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await app.StopAsync(CancellationToken.None);
            app.Dispose();
        }
    }
}
