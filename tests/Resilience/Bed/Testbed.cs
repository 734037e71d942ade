using Confluent.Kafka;

namespace Millrace.Resilience;

/// <summary>A broker, workers, lookups and a load, all of them to be disturbed, and those who look on.</summary>
internal sealed class Testbed : IBed, IAsyncDisposable
{
    private readonly Workers _workers;
    private readonly int _partitions;
    private Load? _load;
    private LogTail _tail = null!;
    private CheckpointWatch _watch = null!;

    private Testbed(BrokerProcess broker, int partitions) => (Broker, _partitions, _workers) = (broker, partitions, new Workers(broker.BootstrapServers));

    /// <summary>The broker.</summary>
    public BrokerProcess Broker { get; }

    /// <summary>Who answers the lookups.</summary>
    public LookupServer Lookups { get; } = new();

    /// <summary>How many outcomes can be seen.</summary>
    public int Outcomes => _tail.Outcomes;

    /// <summary>How many events of the load the broker has not acknowledged.</summary>
    public int Unacknowledged => _load!.Unacknowledged;

    public IEnumerable<string> Said(string text) => _workers.Said(text);

    /// <summary>Starts everything but the load and the workers.</summary>
    /// <param name="run">Whose bed it is: should it fail, it tells what the processes said.</param>
    /// <param name="partitions">How many partitions each topic has.</param>
    /// <param name="without">A topic that is missing.</param>
    /// <param name="diskMegabytes">The size of the broker's own disk, if it has one.</param>
    public static async Task<Testbed> StartAsync(Run run, int partitions = 4, string? without = null, int? diskMegabytes = null)
    {
        var topics = Topics.All.Where(topic => topic != without);
        var bed = new Testbed(await BrokerProcess.StartAsync(string.Join(',', topics.Select(topic => $"{topic}:{partitions}")), diskMegabytes), partitions);
        run.Report = bed.Report;
        await bed.Lookups.StartAsync();
        if (without is null)
        {
            bed.LookOn();
        }

        return bed;
    }

    /// <summary>Begins to read along; by itself where no topic is missing.</summary>
    public void LookOn()
    {
        var partitions = Topics.All.SelectMany(topic => Enumerable.Range(0, _partitions).Select(partition => new TopicPartition(topic, partition)));
        _tail = new LogTail(Broker.BootstrapServers, partitions);
        _watch = new CheckpointWatch(Broker.BootstrapServers, _partitions);
    }

    /// <summary>Writes events at a rate, until the end.</summary>
    public void Load(Random random, int rate)
    {
        _load = new Load(Broker.BootstrapServers, _partitions, random) { Rate = rate };
        _load.Start();
    }

    /// <summary>Goes on at another rate.</summary>
    public void ChangeLoad(int rate) => _load!.Rate = rate;

    /// <summary>Ends the load.</summary>
    public Task EndLoadAsync() => _load!.StopAsync();

    /// <summary>Writes events at once; what is to become of the n-th is left to chance unless it is said.</summary>
    public async Task WriteAsync(Random random, int events, Func<int, Fate>? fateOf = null, int padding = 200)
    {
        _load = new Load(Broker.BootstrapServers, _partitions, random) { FateOf = fateOf, Padding = padding };
        _load.Write(events);
        await _load.StopAsync();
    }

    /// <summary>Starts a worker.</summary>
    /// <param name="settings">More settings, or other ones.</param>
    public ChildProcess StartWorker(params (string Name, string Value)[] settings) =>
        _workers.Start([("Stages__Probe__Settings__Address", Lookups.Address), .. settings]);

    /// <summary>Waits until so many more outcomes can be seen, or for the end of a process that is to bring them.</summary>
    public async Task ProgressAsync(int outcomes, ChildProcess? worker = null)
    {
        var target = Outcomes + outcomes;
        await Until.IsTrueAsync($"{outcomes} more outcomes can be seen", () => Outcomes >= target || worker?.HasExited == true);
    }

    public async Task<Verdict> FinishAsync()
    {
        await _load!.StopAsync();
        int seen;
        do
        {
            seen = Outcomes;
        }
        while (!await Until.MayBeTrueAsync(IsDone, Until.Patience) && Outcomes > seen);

        await _workers.TerminateAsync();

        // What a worker left open, the broker ends; only then does everybody see all.
        await Until.IsTrueAsync("no transaction is open", () => Answered(() => _watch.Ends(Topics.All).SequenceEqual(_watch.Ends(Topics.All, committed: false))));
        var ends = _watch.Ends(Topics.All);
        await Until.IsTrueAsync("all records are read", () => _tail.HasRead(ends));
        return Oracle.Judge(_tail.Observed(_watch.Samples));
    }

    /// <summary>What a group has committed.</summary>
    public IReadOnlyDictionary<int, long> Committed(string group) => _watch.Committed(group);

    /// <summary>The last lines of the workers and of the broker, for a scenario that fails.</summary>
    private string Report() => $"{_workers.Report()}\n--- broker\n{Broker.Said}";

    public async ValueTask DisposeAsync()
    {
        await _workers.DisposeAsync();

        if (_load is not null)
        {
            await _load.DisposeAsync();
        }

        if (_tail is not null)
        {
            await _tail.DisposeAsync();
            await _watch.DisposeAsync();
        }

        await Lookups.DisposeAsync();
        await Broker.DisposeAsync();
    }

    /// <summary>Whether the host has committed all that was written, and all outcomes can be seen.</summary>
    public bool IsDone() => Answered(() =>
    {
        var committed = _watch.Committed(CheckpointWatch.HostGroup);
        return _watch.Ends([Topics.In]).All(end => end.Value == committed.GetValueOrDefault(end.Key.Partition.Value)) && _tail.Outcomes >= _tail.Expected;
    });

    private static bool Answered(Func<bool> question)
    {
        try
        {
            return question();
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    /// <summary>The directory of the repository.</summary>
    public static string Repository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Functions.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        }

        return directory.FullName;
    }
}
