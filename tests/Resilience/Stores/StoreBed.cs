using System.Text.Json;
using System.Text.Json.Nodes;
using Confluent.Kafka;

namespace Millrace.Resilience;

/// <summary>A broker, a store, workers that bring the load there, and those who look on.</summary>
internal sealed class StoreBed : IBed, IAsyncDisposable
{
    private const string Errors = "Store.error";
    private const string Group = "Store";
    private const string SecondGroup = "Store-2";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly BrokerProcess _broker;
    private readonly IStoreUnderTest _store;
    private readonly int _partitions;
    private readonly Workers _workers;
    private readonly string _catalog = Directory.CreateTempSubdirectory("millrace-catalog-").FullName;
    private readonly LogTail _tail;
    private readonly IConsumer<byte[], byte[]> _uncommitted;
    private readonly Dictionary<string, IConsumer<byte[], byte[]>> _groups = [];
    private Load? _load;

    private StoreBed(BrokerProcess broker, IStoreUnderTest store, int partitions)
    {
        (_broker, _store, _partitions, _workers) = (broker, store, partitions, new Workers(broker.BootstrapServers));
        _tail = new LogTail(broker.BootstrapServers, [.. PartitionsOf(Topics.In), .. PartitionsOf(Errors)]);
        _uncommitted = Clients.Consumer(broker.BootstrapServers, isolation: IsolationLevel.ReadUncommitted);
        _groups.Add(Group, Clients.Consumer(broker.BootstrapServers, Group));
    }

    /// <summary>Starts everything but the load and the workers.</summary>
    public static async Task<StoreBed> StartAsync(Run run, IStoreUnderTest store, int partitions = 4)
    {
        var bed = new StoreBed(await BrokerProcess.StartAsync($"{Topics.In}:{partitions},{Errors}:{partitions}"), store, partitions);
        run.Report = bed._workers.Report;
        bed.WriteCatalog();
        return bed;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Said(string text) => _workers.Said(text);

    /// <summary>Writes events at a rate, until the end.</summary>
    /// <param name="random">Chance.</param>
    /// <param name="rate">How many a second.</param>
    /// <param name="fateOf">What is to become of the n-th; null leaves it to chance.</param>
    public void Load(Random random, int rate, Func<int, Fate>? fateOf = null)
    {
        _load = new Load(_broker.BootstrapServers, _partitions, random) { Rate = rate, FateOf = fateOf };
        _load.Start();
    }

    /// <summary>Writes events at once.</summary>
    public async Task WriteAsync(Random random, int events, Func<int, Fate> fateOf)
    {
        _load = new Load(_broker.BootstrapServers, _partitions, random) { FateOf = fateOf };
        _load.Write(events);
        await _load.StopAsync();
    }

    /// <summary>Starts a worker.</summary>
    public ChildProcess StartWorker(params (string Name, string Value)[] settings) =>
        _workers.Start([("Millrace__Catalog", _catalog), ("AzureFunctionsJobHost__functions__0", "Store"), ("AzureFunctionsJobHost__functions__1", "Store_replay"), ("StoreGroup", Group), .. settings]);

    /// <summary>Starts a worker of a group of its own, who believes that every partition is his.</summary>
    public ChildProcess StartSecondOwner()
    {
        _groups.TryAdd(SecondGroup, Clients.Consumer(_broker.BootstrapServers, SecondGroup));
        return StartWorker(("StoreGroup", SecondGroup));
    }

    /// <summary>Waits until the host has committed so many more records, or for the end of a process that is to bring them.</summary>
    public async Task ProgressAsync(long records, ChildProcess? worker = null)
    {
        var target = Committed() + records;
        await Until.IsTrueAsync($"{records} more records are done", () => Committed() >= target || worker?.HasExited == true);
    }

    public async Task<Verdict> FinishAsync()
    {
        await _load!.StopAsync();
        var ends = Ends([Topics.In]);
        await Until.IsTrueAsync("all is done", () => _groups.Keys.All(group => Committed(group).All(committed => committed.Offset.Value >= ends[committed.TopicPartition])));
        await _workers.TerminateAsync();
        await Until.IsTrueAsync("no transaction is open", () => Ends([Errors]).SequenceEqual(Ends([Errors], committed: false)));
        ends = Ends([Topics.In, Errors]);
        await Until.IsTrueAsync("all records are read", () => _tail.HasRead(ends));
        var logs = _tail.Observed([]);

        // After a crash one may be there again, and has the same id. They have no order: what the store refuses is known after all else.
        var failures = logs.Failures.DistinctBy(failure => failure.Id).Select(failure => failure with { At = failure.At with { Offset = failure.Source.Offset } });
        return Oracle.Judge(logs with { Outputs = await _store.ReadAsync(), Failures = [.. failures] });
    }

    public async ValueTask DisposeAsync()
    {
        await _workers.DisposeAsync();
        await (_load?.DisposeAsync() ?? default);
        await _tail.DisposeAsync();
        foreach (var consumer in _groups.Values.Append(_uncommitted))
        {
            consumer.Dispose();
        }

        await _broker.DisposeAsync();
        Directory.Delete(_catalog, recursive: true);
    }

    private List<TopicPartition> PartitionsOf(string topic) => [.. Enumerable.Range(0, _partitions).Select(partition => new TopicPartition(topic, partition))];

    private long Committed() => Committed(Group).Sum(committed => Math.Max(0, committed.Offset.Value));

    private List<TopicPartitionOffset> Committed(string group)
    {
        _workers.ThrowIfBroken();
        return _groups[group].Committed(PartitionsOf(Topics.In), Patience);
    }

    private Dictionary<TopicPartition, long> Ends(string[] topics, bool committed = true) => topics.SelectMany(PartitionsOf)
        .ToDictionary(partition => partition, partition => (committed ? _groups[Group] : _uncommitted).QueryWatermarkOffsets(partition, Patience).High.Value);

    // The worker's own, and the connector.
    private void WriteCatalog()
    {
        var stages = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Workers.Directory, "stages.json")))!;
        stages["stages"]!["Store"] = JsonSerializer.SerializeToNode(new { connector = _store.Connector, inputs = (string[])[Topics.In], settings = _store.Settings });
        File.WriteAllText(Path.Combine(_catalog, "stages.json"), stages.ToJsonString());
        File.Copy(Path.Combine(Workers.Directory, "streams.json"), Path.Combine(_catalog, "streams.json"));
    }
}
