using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;
using Spectre.Console;

namespace Millrace.Local;

/// <summary>One run of <c>millrace dev --datacenters</c>: a broker and the stages of each side, mirrors between them, a feed, and orders for a fail-over.</summary>
internal sealed class DatacentersSession : IAsyncDisposable
{
    private const string SharedCluster = "shared";
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(500);
    private const int TicksPerLine = 6;

    private readonly DevOptions _options;
    private readonly string _root;
    private readonly StageCatalog _catalog;
    private readonly Dictionary<string, EmbeddedBroker> _brokers = [];
    private readonly List<DevSite> _sites = [];
    private readonly List<IAsyncDisposable> _mirrors = [];
    private readonly List<ConsoleServer> _consoles = [];
    private readonly ILoggerFactory _loggers = ConsoleLog.Create();

    private DatacentersSession(DevOptions options)
    {
        _options = options;
        _root = DevControlFile.Root(options.Data);
        var catalog = Path.Combine(_root, "catalog");
        PrefixedCatalog.Write(AppContext.BaseDirectory, catalog, options.Datacenters);
        _catalog = CatalogFiles.Load(catalog);
        if (options.Fresh)
        {
            DeleteData();
        }
    }

    private string PausedFile => Path.Combine(_root, "paused");

    /// <returns>True: what is accounted for on which side is not this command's question.</returns>
    public static async Task<bool> RunAsync(DevOptions options, CancellationToken cancellation)
    {
        if (options.Kafka is not null || options.Output is not null || options.UntilDrained || options.Json)
        {
            throw new UsageException("--datacenters runs until Ctrl+C or --timeout; it goes with neither --kafka, --output, --until-drained nor --json.");
        }

        await using var session = new DatacentersSession(options);
        await session.RunAsync(cancellation);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var console in _consoles)
        {
            await console.DisposeAsync();
        }

        _loggers.Dispose();
        foreach (var mirror in _mirrors)
        {
            await mirror.DisposeAsync();
        }

        await Task.WhenAll(_sites.Select(site => site.DisposeAsync().AsTask()));
        foreach (var broker in _brokers.Values)
        {
            await broker.DisposeAsync();
        }
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (_options.Timeout is { } timeout)
        {
            end.CancelAfter(timeout);
        }

        var datacenters = StartBrokers();
        await using var wiki = _options.WikiApi is null ? await DevSession.StartWikiAsync(_options, cancellation) : null;
        var paused = File.Exists(PausedFile) ? await File.ReadAllLinesAsync(PausedFile, cancellation) : null;
        foreach (var datacenter in datacenters.Datacenters)
        {
            _sites.Add(new DevSite(datacenter, _brokers[datacenter.KafkaCluster], [.. _catalog.Stages.Select(stage => CreateStage(stage, datacenter, wiki))]));
        }

        StartMirrors();
        try
        {
            await StartStagesAsync(datacenters, paused, end.Token);
            await StartConsolesAsync(end.Token);
            await using var control = await DevControl.StartAsync(_sites, end.Token);
            new DevControlFile(control.Address, control.Token, Path.GetFullPath(Path.Combine(_root, "catalog"))).Write(_root);
            using var feed = new DatacenterFeed(_catalog, _sites);
            await Console.Out.WriteLineAsync("Ctrl+C ends it. In another terminal: millrace failover --dev --all --to " + _options.Datacenters[1]);
            var feeding = feed.RunAsync(DevSession.Source(_options, _catalog), end.Token);
            await ShowAsync(feed, feeding, end.Token);
            await feeding;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Ended as it was asked to.
        }
        finally
        {
            DevControlFile.Delete(_root);
        }
    }

    private async Task StartConsolesAsync(CancellationToken cancellation)
    {
        foreach (var (number, site) in _sites.Index())
        {
            string[] settings = [.. DevSession.Settings(_options, _catalog, site.Kafka, wiki: null), $"--Millrace:Datacenter={site.Definition.Name}"];
            var platform = new Platform(_catalog, site.Kafka, site.Definition.Name) { Settings = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(settings).Build() };
            if (await DevConsole.StartAsync(_options, platform, number, _loggers, cancellation) is { } console)
            {
                _consoles.Add(console);
            }
        }
    }

    private void DeleteData()
    {
        foreach (var cluster in (string[])[.. _options.Datacenters, SharedCluster])
        {
            EmbeddedBroker.DeleteData(Path.Combine(_root, cluster));
        }

        File.Delete(PausedFile);
    }

    private DatacenterCatalog StartBrokers()
    {
        var topics = _catalog.Streams.Streams.SelectMany(stream => stream.Topics).Distinct().ToList();
        var settings = new Dictionary<string, string> { ["max.message.bytes"] = Feeder.MaxRecordBytes.ToString(CultureInfo.InvariantCulture) };
        foreach (var cluster in _options.SharedCluster ? [SharedCluster] : _options.Datacenters)
        {
            // A topic that nobody has made is not made by asking for it: it would hide that a mirror is missing.
            var broker = _brokers[cluster] = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = Path.Combine(_root, cluster), DefaultPartitions = 0 });
            foreach (var topic in topics.Where(topic => !broker.Topics.ContainsKey(topic)))
            {
                broker.CreateTopic(topic, _options.Partitions, settings);
            }

            DevTopics.CreateOwn(broker, _catalog, _options.Partitions);
        }

        return DatacenterCatalog.Parse(JsonSerializer.SerializeToUtf8Bytes(new
        {
            datacenters = _options.Datacenters.ToDictionary(name => name, name =>
            {
                var cluster = _options.SharedCluster ? SharedCluster : name;
                return new { kafkaCluster = cluster, bootstrapServers = _brokers[cluster].BootstrapServers };
            }),
        }), "--datacenters");
    }

    private DevStage CreateStage(StageDefinition stage, DatacenterDefinition datacenter, WikiApi? wiki)
    {
        var kafka = new KafkaOptions { BootstrapServers = datacenter.BootstrapServers };
        string[] settings =
        [
            .. DevSession.Settings(_options, _catalog, kafka, wiki),
            $"--Millrace:Catalog={Path.Combine(_root, "catalog")}",
            $"--Millrace:Datacenter={datacenter.Name}",
            .. StageFunctions.Only(stage).Select(setting => $"--{setting.Key}={setting.Value}"),
        ];
        return new DevStage(stage, stage.TopicsToRead(datacenter.Name), kafka, () => Functions.Program.Build(settings, DevSession.LogToStandardError), KeepPaused);
    }

    private void StartMirrors()
    {
        if (_options.SharedCluster)
        {
            return;
        }

        var topics = _catalog.Streams.Streams.SelectMany(stream => stream.Topics).ToList();
        foreach (var (from, to) in _sites.SelectMany(from => _sites.Where(to => to != from).Select(to => (from, to))))
        {
            _mirrors.Add(Mirror.Start(from.Definition.Name, from.Kafka, to.Kafka, topics, Feeder.MaxRecordBytes));
            _mirrors.Add(ProgressMirror.Start(from.Definition, to.Definition, datacenter => new KafkaOptions { BootstrapServers = datacenter.BootstrapServers }, _catalog));
        }
    }

    // By the catalog the first time, and then as a fail-over left it.
    private Task StartStagesAsync(DatacenterCatalog datacenters, string[]? paused, CancellationToken cancellation) => Task.WhenAll(
        from site in _sites
        from stage in site.Stages
        where paused is not null ? !paused.Contains(Place(site, stage)) : Running(datacenters, stage.Definition).Contains(site.Definition.Name)
        select stage.ResumeAsync(cancellation));

    private static IEnumerable<string> Running(DatacenterCatalog datacenters, StageDefinition stage)
    {
        var active = stage.Datacenters.Active;
        var isKnown = active is null || datacenters.Datacenters.Any(datacenter => datacenter.Name == active);
        return isKnown ? datacenters.Running(stage).Select(datacenter => datacenter.Name) : [datacenters.Datacenters[0].Name];
    }

    private void KeepPaused()
    {
        lock (_sites)
        {
            File.WriteAllLines(PausedFile, from site in _sites from stage in site.Stages where stage.IsPaused select Place(site, stage));
        }
    }

    private static string Place(DevSite site, DevStage stage) => $"{site.Definition.Name}/{stage.Definition.Name}";

    private async Task ShowAsync(DatacenterFeed feed, Task feeding, CancellationToken cancellation)
    {
        if (!Console.IsOutputRedirected)
        {
            await AnsiConsole.Live(await TableAsync(feed)).StartAsync(live => FollowAsync(feeding, async _ => live.UpdateTarget(await TableAsync(feed)), cancellation));
            return;
        }

        await FollowAsync(feeding, async tick =>
        {
            if (tick % TicksPerLine == 0)
            {
                await Console.Out.WriteLineAsync(string.Join("; ", Rows().Select(row => $"{row.Site} {row.Stage}: {row.State}, in {row.In}, out {row.Out}, errors {row.Errors}, lag {row.Lag}")));
            }
        }, cancellation);
    }

    private static async Task FollowAsync(Task feeding, Func<int, Task> show, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Refresh, TimeProvider.System);
        for (var tick = 1; !feeding.IsFaulted && await timer.WaitForNextTickAsync(cancellation); tick++)
        {
            await Task.Run(() => show(tick), cancellation);
        }
    }

    private Task<Table> TableAsync(DatacenterFeed feed) => Task.Run(() =>
    {
        var copied = _mirrors.OfType<Mirror>().Sum(mirror => mirror.Copied);
        var table = new Table().RoundedBorder().Caption(string.Create(CultureInfo.InvariantCulture, $"{feed.Fed:N0} events fed, {copied:N0} records mirrored"))
            .AddColumn("datacenter").AddColumn("stage").AddColumn("state");
        foreach (var column in (string[])["in", "out", "filtered", "errors", "lag"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var row in Rows())
        {
            table.AddRow(row.Site, row.Stage, row.State == "runs" ? "[green]runs[/]" : $"[grey]{row.State}[/]", row.In, row.Out, row.Filtered, row.Errors, row.Lag);
        }

        return table;
    });

    private IEnumerable<(string Site, string Stage, string State, string In, string Out, string Filtered, string Errors, string Lag)> Rows()
    {
        foreach (var site in _sites)
        {
            foreach (var stage in site.Stages)
            {
                var (read, emitted, filtered, failed) = stage.Account;
                var state = site.IsCut ? "cut off" : stage.State switch { { IsPaused: false } => "runs", { Replicas: 0 } => "paused", _ => "drains" };
                yield return (site.Definition.Name, stage.Definition.Name, state, Count(read), Count(emitted), Count(filtered), Count(failed), site.IsCut ? "?" : stage.Lag is { } lag ? Count(lag) : "?");
            }
        }
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
