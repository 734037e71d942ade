using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;
using Millrace.Local;

namespace Millrace.Resilience;

/// <summary>Two datacenters with a stage, on two brokers with mirrors between or on one, under load from both sides.</summary>
internal sealed class Sites : IAsyncDisposable
{
    private const int Partitions = 2;
    private const int Keys = 40;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly string Worker = Path.Combine(
        Testbed.Repository(), "tests", "Resilience", "Worker", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Millrace.Resilience.Worker.dll");

    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-datacenters-").FullName;
    private readonly Run _run;
    private readonly LookupServer _lookups = new();
    private readonly Dictionary<string, EmbeddedBroker> _brokers = [];
    private readonly List<IAsyncDisposable> _mirrors = [];
    private readonly List<SiteTail> _tails = [];
    private readonly List<ChildProcess> _workers = [];
    private readonly Dictionary<Site, IProducer<byte[], byte[]>> _intakes = [];
    private readonly CancellationTokenSource _stop = new();
    private StageCatalog _catalog = null!;
    private Task _loading = Task.CompletedTask;

    private Sites(Run run) => _run = run;

    public Site Eqiad { get; private set; } = null!;

    public Site Codfw { get; private set; } = null!;

    /// <summary>All outcomes so far that those see who read what is committed, repetitions included.</summary>
    public IReadOnlyList<SiteOutput> Outputs => [.. _tails.SelectMany(tail => tail.Outputs)];

    /// <summary>All inputs so far, where they were taken in.</summary>
    public IReadOnlyList<SiteInput> Inputs => [.. _tails.SelectMany(tail => tail.Inputs)];

    /// <summary>Starts both sides, the stage in those where its mode has it run, and the load.</summary>
    /// <param name="run">The run.</param>
    /// <param name="shared">Whether they share a broker.</param>
    /// <param name="datacenters">How the stage runs.</param>
    /// <param name="rate">Events each second.</param>
    public static async Task<Sites> StartAsync(Run run, bool shared, string datacenters = """{ "mode": "active-passive", "active": "eqiad" }""", int rate = 80)
    {
        var sites = new Sites(run);
        await sites._lookups.StartAsync();
        sites.WriteCatalog(datacenters);
        sites.StartBrokers(shared);
        await sites.Eqiad.ResumeAsync("Probe", CancellationToken.None);
        if (sites._catalog.Get("Probe").Datacenters.Mode == DatacenterMode.ActiveActive)
        {
            await sites.Codfw.ResumeAsync("Probe", CancellationToken.None);
        }

        sites._loading = Task.Run(() => sites.LoadAsync(rate));
        return sites;
    }

    /// <summary>Waits until so many more outcomes can be seen of what a side writes.</summary>
    public async Task ProgressAsync(Site site, int outcomes)
    {
        var target = Count() + outcomes;
        await Until.IsTrueAsync($"{outcomes} more outcomes of {site.Definition.Name} can be seen", () => Count() >= target);

        int Count() => Outputs.Count(output => output.Output.At.Topic == $"{site.Definition.Name}.{Topics.Out}");
    }

    /// <summary>Waits until one side keeps how far the other has come.</summary>
    public async Task TimesAreKeptAsync(Site from, Site to)
    {
        using var cluster = new ClusterOffsets(to.Definition, Kafka(to.Definition));
        var partitions = cluster.Partitions([$"{from.Definition.Name}.{Topics.In}", $"{to.Definition.Name}.{Topics.In}"]);
        await Until.IsTrueAsync("times are kept", () => cluster.Committed(Progress.TimesGroup(_catalog.Get("Probe"), from.Definition.Name), partitions).Count == partitions.Count);
    }

    /// <summary>Moves the stage.</summary>
    /// <returns>What is left to do.</returns>
    public async Task<IReadOnlyList<string>> FailOverAsync(string to = "codfw", Func<FailoverOptions, FailoverOptions>? with = null)
    {
        var log = new FailoverLog(TimeProvider.System, step => _run.Note($"{step.Datacenter}: {step.What}"));
        var options = new FailoverOptions { Overlap = TimeSpan.FromSeconds(1), DrainTime = Until.Patience, VerifyTime = Until.Patience, Poll = TimeSpan.FromMilliseconds(50), Kafka = Kafka };
        await new Failover(_catalog, [Eqiad, Codfw], with?.Invoke(options) ?? options, log, TimeProvider.System).RunAsync("Probe", to, CancellationToken.None);
        return log.Left;
    }

    /// <summary>Ends the load, waits until every event has come out somewhere, ends the workers, and reads to the end.</summary>
    /// <param name="isDone">What else to wait for; null is nothing.</param>
    public async Task FinishAsync(Func<bool>? isDone = null)
    {
        await _stop.CancelAsync();
        await _loading;
        foreach (var intake in _intakes.Values)
        {
            await Task.Run(() => intake.Flush(Until.Patience));
        }

        await Until.IsTrueAsync("the inputs are read", () => _tails.TrueForAll(tail => tail.IsAtEnd()));
        var expected = Inputs.Where(input => input.Input.Event.Fate is Fate.Emit).Select(input => (input.Input.Event.Key, input.Input.Event.Sequence)).ToHashSet();
        _run.Note($"{expected.Count} events are to come out");
        await Until.MayBeTrueAsync(() => expected.IsSubsetOf(Outputs.Select(output => (output.Output.Event.Key, output.Output.Event.Sequence))) && isDone?.Invoke() != false, Until.Patience);
        await Task.WhenAll(Eqiad.EndAsync(), Codfw.EndAsync());
        await Task.WhenAll(_workers.Select(worker => worker.TerminateAsync()));
        await Until.IsTrueAsync("all records are read", () => _tails.TrueForAll(tail => tail.IsAtEnd()));
    }

    /// <summary>Judges outcomes, and tells what the workers said where the verdict is bad.</summary>
    public Verdict Judge(IEnumerable<SiteOutput> outputs)
    {
        var verdict = Oracle.Judge(new Observed([.. Inputs.Select(input => input.Input)], [.. outputs.Select(output => output.Output)], [], []));
        _run.Note(verdict.ToString());
        if (!verdict.IsExactlyOnce)
        {
            _run.Note(string.Join('\n', _workers.SelectMany(worker => worker.Said.TakeLast(20).Prepend($"--- worker {worker.Id}"))));
        }

        return verdict;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        foreach (var intake in _intakes.Values)
        {
            intake.Dispose();
        }

        foreach (var mirror in _mirrors.Concat(_tails))
        {
            await mirror.DisposeAsync();
        }

        foreach (var broker in _brokers.Values)
        {
            await broker.DisposeAsync();
        }

        await _lookups.DisposeAsync();
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static KafkaOptions Kafka(DatacenterDefinition datacenter) => new() { BootstrapServers = datacenter.BootstrapServers };

    private void WriteCatalog(string datacenters)
    {
        string[] prefixes = ["eqiad.", "codfw."];
        var stream = new { schema_title = "resilience/probe", topic_prefixes = prefixes, message_key_fields = new { key = "key" } };
        File.WriteAllText(Path.Combine(_directory, "streams.json"), JsonSerializer.Serialize(new { streams = new Dictionary<string, object> { [Topics.In] = stream, [Topics.Out] = stream } }));
        var stages = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(Worker)!, "stages.json")))!;
        stages["stages"]!["Probe"]!["datacenters"] = System.Text.Json.Nodes.JsonNode.Parse(datacenters);
        File.WriteAllText(Path.Combine(_directory, "stages.json"), stages.ToJsonString());
        _catalog = CatalogFiles.Load(_directory);
    }

    private void StartBrokers(bool shared)
    {
        string[] names = ["eqiad", "codfw"], topics = [.. names.SelectMany(name => new[] { $"{name}.{Topics.In}", $"{name}.{Topics.Out}" }), Topics.Errors];
        foreach (var cluster in shared ? ["both"] : names)
        {
            var broker = _brokers[cluster] = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DefaultPartitions = 0 });
            topics.ToList().ForEach(topic => broker.CreateTopic(topic, Partitions));
        }

        var definitions = DatacenterCatalog.Parse(JsonSerializer.SerializeToUtf8Bytes(new
        {
            datacenters = names.ToDictionary(name => name, name => new { kafkaCluster = shared ? "both" : name, bootstrapServers = _brokers[shared ? "both" : name].BootstrapServers }),
        }));
        (Eqiad, Codfw) = (CreateSite(definitions.Get("eqiad")), CreateSite(definitions.Get("codfw")));
        foreach (var (site, other) in new[] { (Eqiad, Codfw), (Codfw, Eqiad) })
        {
            var name = site.Definition.Name;
            _intakes[site] = Clients.Producer(site.Definition.BootstrapServers);
            _tails.Add(new SiteTail(site.Definition.BootstrapServers, [.. new[] { $"{name}.{Topics.In}", $"{name}.{Topics.Out}" }.SelectMany(topic => Enumerable.Range(0, Partitions).Select(partition => new TopicPartition(topic, partition)))]));
            if (!shared)
            {
                _mirrors.Add(Mirror.Start(name, Kafka(site.Definition), Kafka(other.Definition), topics));
                _mirrors.Add(ProgressMirror.Start(site.Definition, other.Definition, Kafka, _catalog));
            }
        }
    }

    private Site CreateSite(DatacenterDefinition definition) => new(definition, _brokers[definition.KafkaCluster], () =>
    {
        var worker = ChildProcess.Start(["dotnet", Worker], new Dictionary<string, string>
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = definition.BootstrapServers,
            ["Millrace__Catalog"] = _directory,
            ["Millrace__Datacenter"] = definition.Name,
            ["Stages__Probe__Settings__Address"] = _lookups.Address,
            ["Stages__Probe__Settings__Lookup__AllowedHosts__0"] = "127.0.0.1",
            ["AzureFunctionsJobHost__extensions__kafka__maxBatchSize"] = "100",
            ["AzureFunctionsJobHost__extensions__kafka__sessionTimeoutMs"] = "1500",
            ["FunctionsHost__FetchWaitMaxMs"] = "20",
            ["Kafka__Client__reconnect.backoff.max.ms"] = "500",
        });
        _workers.Add(worker);
        return worker;
    });

    // Each key is taken in by one datacenter.
    private async Task LoadAsync(int rate)
    {
        var (started, sent, sequences) = (TimeProvider.System.GetTimestamp(), 0, new long[Keys]);
        while (!_stop.IsCancellationRequested)
        {
            for (var due = (int)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * rate); sent < due; sent++)
            {
                var number = _run.Random.Next(Keys);
                var (site, key) = (number % 2 == 0 ? Eqiad : Codfw, $"k{number}");
                var probe = new ProbeEvent(key, sequences[number]++, _run.Random.Next(10) == 0 ? Fate.Filter : Fate.Emit);
                _intakes[site].Produce(
                    new TopicPartition($"{site.Definition.Name}.{Topics.In}", number / 2 % Partitions),
                    new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(key), Value = probe.Encode("padding") });
            }

            await Task.Delay(Tick, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
