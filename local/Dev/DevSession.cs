using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Broker;
using Millrace.Core;
using Millrace.FunctionsHost;
using Millrace.Hosting;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>One run of <c>millrace dev</c>: starts everything, feeds it, watches it, and takes it down again.</summary>
internal sealed class DevSession
{
    private readonly DevOptions _options;
    private readonly string _directory;
    private readonly StageCatalog _catalog;

    private DevSession(DevOptions options)
    {
        _options = options;
        _directory = AppContext.BaseDirectory;
        _catalog = CatalogFiles.Load(_directory);
        if (options.Connect.Count > 0 || _catalog.Stages.Any(stage => stage.Connector is not null || (ModelApi.IsAskedBy(stage) && !options.Predict)))
        {
            _directory = Path.GetFullPath(Path.Combine(options.Stores, "catalog"));
            ConnectedCatalog.Write(AppContext.BaseDirectory, _directory, [.. options.Connect.Select(connection => connection.Store).Distinct()], options.Predict);
            _catalog = CatalogFiles.Load(_directory);
        }
    }

    /// <returns>Whether everything is accounted for.</returns>
    public static Task<bool> RunAsync(DevOptions options, CancellationToken cancellation) => new DevSession(options).RunAsync(cancellation);

    private async Task<bool> RunAsync(CancellationToken cancellation)
    {
        foreach (var file in _options.Input.Where(file => !File.Exists(file)))
        {
            throw new UsageException($"--input names '{file}', which is no file.");
        }

        await using var broker = _options.Kafka is null ? StartBroker() : null;
        using var address = broker is null ? null : DevAddress.Write(_options.Data, broker.BootstrapServers, _directory);
        var kafka = new KafkaOptions { BootstrapServers = _options.Kafka ?? broker!.BootstrapServers };
        await new DevTopics(_options, _catalog).CreateAsync(broker, kafka);
        await using var wiki = _options.WikiApi is null ? await StartWikiAsync(_options, cancellation) : null;
        await using var model = _options.Predict ? await ModelApi.StartAsync(_options.ApiLatency, TimeProvider.System, cancellation) : null;
        await using var collector = _options.Output is { } directory ? await StreamCollector.StartAsync(kafka, directory, [.. DevTopics.StreamsWritten(_catalog)]) : null;
        await using var stores = await DevStores.StartAsync(_options, _catalog);
        string[] settings = [$"--Millrace:Catalog={_directory}", .. stores.Settings(), .. model?.Settings(_catalog) ?? [], .. DevHttp.Settings(_options), .. Settings(_options, _catalog, kafka, wiki)];
        if (_options.Scale is { } scale)
        {
            using var loggers = ConsoleLog.Create();
            await using var console = await DevConsole.StartAsync(_options, new Platform(_catalog, kafka) { Settings = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(settings).Build() }, 0, loggers, cancellation);
            return await new ScaleSession(_options, scale, _catalog, kafka, collector).RunAsync(settings, Source(_options, _catalog), cancellation);
        }

        var (account, drained, interrupted) = await RunAppAsync(settings, kafka, collector, cancellation);
        using (account)
        {
            if (collector is not null)
            {
                await collector.WriteAsync();
            }

            account.Refresh();
            var complete = account.Stages.All(stage => stage.Balances) && account.NotFed == 0 && (!_options.UntilDrained || drained || interrupted);
            await DevSummary.WriteAsync(account, await stores.CountAsync(), _options, drained, complete);
            return complete;
        }
    }

    // What connectors hold back for larger files is written when the app is gone.
    private async Task<(DevAccount Account, bool Drained, bool Interrupted)> RunAppAsync(string[] settings, KafkaOptions kafka, StreamCollector? collector, CancellationToken cancellation)
    {
        using var loggers = ConsoleLog.Create();
        using var app = Functions.Program.Build(settings, builder =>
        {
            LogToStandardError(builder);
            if (DevHttp.IsServed(_options))
            {
                AddConsole(builder, new Platform(_catalog, kafka) { Settings = builder.Configuration }, loggers);
            }
        });
        await app.StartAsync(cancellation);
        var account = new DevAccount(app.Services.GetServices<StageRunner>(), _catalog, kafka, collector);
        var (drained, interrupted) = await WatchAsync(app, kafka, account, cancellation);
        await app.StopAsync(CancellationToken.None);
        return (account, drained, interrupted);
    }

    private void AddConsole(IHostApplicationBuilder builder, Platform platform, ILoggerFactory loggers) => builder.Services
        .AddSingleton(services => new ConsoleApp(
            platform,
            new ConsoleOptions { AllowChanges = _options.AllowChanges },
            loggers,
            () => services.GetRequiredService<FunctionsHostStatus>().HttpAddress is { } address ? [new Uri(address, "metrics")] : [],
            new RunnerLatencies(services.GetServices<StageRunner>())))
        .AddSingleton(services => new WebExtension(services.GetRequiredService<ConsoleApp>().Map));

    private async Task<(bool Drained, bool Interrupted)> WatchAsync(IHost app, KafkaOptions kafka, DevAccount account, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (_options.Timeout is { } timeout)
        {
            end.CancelAfter(timeout);
        }

        var view = DevView.Create(_options);
        try
        {
            DevHttp.Greet(app.Services.GetRequiredService<FunctionsHostStatus>().HttpAddress, view);
            view.Say("Waiting for the functions' partitions…");
            await app.Services.GetRequiredService<FunctionsHostStatus>().WhenAssignedAsync(end.Token);
            await using var feeder = new Feeder(kafka, _catalog, account);
            var feed = feeder.RunAsync(Source(_options, _catalog), end.Token);
            await view.ShowAsync(account, feed, _options.UntilDrained, end.Token);
            await feed;
            return (account.IsDrained, false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return (false, cancellation.IsCancellationRequested);
        }
    }

    internal static IAsyncEnumerable<FeedEvent> Source(DevOptions options, StageCatalog catalog) =>
        options.Live is { } live ? FeedSource.FromServerSentEvents(live, catalog)
        : options.Input.Count > 0 ? FeedSource.FromFiles(options.Input, catalog)
        : options.Scale?.Burst is { } burst ? FeedSource.FromSample(burst, burst)
        : FeedSource.FromSample(options.Rate, options.UntilDrained ? SampleEvents.Few : int.MaxValue);

    internal static async Task<WikiApi> StartWikiAsync(DevOptions options, CancellationToken cancellation)
    {
        var wiki = await WikiApi.StartAsync(
            new WikiApiOptions { Latency = options.ApiLatency * 0.8, LatencyJitter = options.ApiLatency * 0.4 }, TimeProvider.System, cancellation);
        foreach (var fault in options.ApiFaults)
        {
            wiki.Faults.Rate(new WikiFault(fault.Answer, fault.Times), fault.Rate);
        }

        return wiki;
    }

    internal static IEnumerable<string> Settings(DevOptions options, StageCatalog catalog, KafkaOptions kafka, WikiApi? wiki)
    {
        yield return $"--KAFKA_BOOTSTRAP_SERVERS={kafka.BootstrapServers}";
        foreach (var stage in catalog.Stages.Where(stage => stage.Settings.Child("apiTemplate").Text() is not null))
        {
            var settings = $"--Stages:{stage.Name}:Settings:";
            yield return $"{settings}ApiTemplate={(wiki is null ? options.WikiApi : $"{wiki.BaseAddress}{{domain}}/w/api.php")}";
            if (wiki is not null)
            {
                yield return $"{settings}Lookup:AllowedHosts:0={wiki.BaseAddress.Host}";
            }
        }

        // The platform's own schemas come first, so that a repository that is added cannot change what they mean.
        foreach (var (schemas, index) in options.Schemas.Prepend(Path.Combine(AppContext.BaseDirectory, "jsonschema")).Select((schemas, index) => (schemas, index)))
        {
            yield return $"--Millrace:Schemas:{index}={schemas}";
        }

        // A sample, or a file, is to be accounted for to the last event.
        yield return "--Canaries:Enabled=false";

        foreach (var setting in options.Settings)
        {
            yield return $"--{setting}";
        }
    }

    internal static void LogToStandardError(IHostApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Services.Configure<LoggerFilterOptions>(filters =>
        {
            filters.Rules.Clear();
            filters.MinLevel = LogLevel.Warning;
            // What stops the start is thrown, and said once by the command.
            filters.Rules.Add(new LoggerFilterRule(null, "Microsoft.Extensions.Hosting", LogLevel.None, null));
        });
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private EmbeddedBroker StartBroker()
    {
        if (_options.Fresh)
        {
            EmbeddedBroker.DeleteData(_options.Data);
        }

        return EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = _options.Data });
    }
}
