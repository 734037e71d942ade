using System.Globalization;
using Millrace.Broker;

namespace Millrace.Benchmarks;

/// <summary>The embedded broker, in this process and in one of its own, beside a real one.</summary>
/// <remarks>A real broker is not at hand where this runs: its figures were taken in another run, on a machine of the same size.</remarks>
internal static class BrokerBenchmark
{
    private const int Rounds = 3;
    private const int Large = 1_000_000;

    // About four seconds each on a real broker.
    private static readonly Load[] Loads =
    [
        new("produce", 266_000, Large, (load, _, output, events) => load.Produce(output, events)),
        new("consume", 331_000, Large, (load, input, _, events) => load.Consume(input, events)),
        new("pass-through, commit every 32k", 93_000, 384_000, (load, input, output, events) => load.PassThrough(input, output, events, commitEvery: 32_000)),
        new("pass-through, commit every 1,000", 43_000, 160_000, (load, input, output, events) => load.PassThrough(input, output, events, commitEvery: 1_000)),
        new("pass-through, transactions of 1,000", 19_000, 80_000, (load, input, output, events) => load.PassThroughInTransactions(input, output, events)),
    ];

    private delegate void Work(BrokerLoad load, string input, string output, int events);

    public static async Task RunAsync()
    {
        List<Result> inProcess, standalone;
        (BrokerLatency Idempotent, BrokerLatency Transactional) latencyInProcess, latencyStandalone;
        using (var broker = EmbeddedBroker.Start())
        {
            inProcess = await MeasureAsync(broker.BootstrapServers, () => TimeSpan.Zero);
            latencyInProcess = await LatencyAsync(broker.BootstrapServers);
        }

        using (var broker = await StandaloneBroker.StartAsync())
        {
            standalone = await MeasureAsync(broker.BootstrapServers, () => broker.Cpu);
            latencyStandalone = await LatencyAsync(broker.BootstrapServers);
        }

        Print(inProcess, standalone);
        Console.WriteLine();
        Console.WriteLine($"{"Two hops at 200 events/s, ms, p50 / p99",-42} {"real, p50",9} {"in process",16} {"standalone",16}");
        Console.WriteLine($"{"idempotent",-42} {"2.4",9} {latencyInProcess.Idempotent,16} {latencyStandalone.Idempotent,16}");
        Console.WriteLine($"{"a transaction each 100 ms",-42} {"67",9} {latencyInProcess.Transactional,16} {latencyStandalone.Transactional,16}");
        await ProcessAsync();
    }

    private static async Task<List<Result>> MeasureAsync(string bootstrapServers, Func<TimeSpan> brokerCpu)
    {
        var load = new BrokerLoad(bootstrapServers);
        var input = await load.CreateTopicAsync("input");
        load.Produce(input, Large);
        var results = new List<Result>();
        foreach (var (name, _, events, work) in Loads)
        {
            var runs = new List<Result>();
            for (var round = 0; round < Rounds; round++)
            {
                var output = await load.CreateTopicAsync($"output-{results.Count}-{round}");
                var before = brokerCpu();
                var measured = await Measured.RunAsync(name, events, () => Task.Run(() => work(load, input, output, events)));
                runs.Add(new Result(measured, (brokerCpu() - before).TotalMicroseconds / events));
                await load.DeleteTopicsAsync(output);
            }

            results.Add(runs.OrderBy(run => run.Client.EventsPerSecond).ElementAt(Rounds / 2));
        }

        return results;
    }

    private static async Task<(BrokerLatency Idempotent, BrokerLatency Transactional)> LatencyAsync(string bootstrapServers)
    {
        var load = new BrokerLoad(bootstrapServers);
        return (await MedianAsync(isTransactional: false), await MedianAsync(isTransactional: true));

        async Task<BrokerLatency> MedianAsync(bool isTransactional)
        {
            var runs = new List<BrokerLatency>();
            for (var round = 0; round < Rounds; round++)
            {
                var name = $"{(isTransactional ? "transactional" : "idempotent")}-{round}";
                runs.Add(await BrokerLatency.MeasureAsync(load, await load.CreateTopicAsync($"{name}-in"), await load.CreateTopicAsync($"{name}-out"), isTransactional));
            }

            return runs.OrderBy(run => run.P50).ElementAt(Rounds / 2);
        }
    }

    private static async Task ProcessAsync()
    {
        var starts = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
        {
            using var broker = await StandaloneBroker.StartAsync();
            starts.Add(broker.StartTime);
        }

        using var filled = await StandaloneBroker.StartAsync();
        var empty = filled.ResidentBytes;
        var load = new BrokerLoad(filled.BootstrapServers);
        var topic = await load.CreateTopicAsync("full");
        load.Produce(topic, 2 * Large);
        load.Consume(topic, 2 * Large);
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Standalone: serves {starts.Order().ElementAt(Rounds / 2).TotalMilliseconds:N0} ms after its start; {empty >> 20} MiB resident when empty, {filled.ResidentBytes >> 20} MiB after 2 GB were written and read"));
    }

    private static void Print(List<Result> inProcess, List<Result> standalone)
    {
        Console.WriteLine();
        Console.WriteLine($"Broker: values of 1 KB, {BrokerLoad.Partitions} partitions, acks=all, idempotent; median of {Rounds} rounds. 'Real' are the design's figures of a broker 4.0, another run.");
        Console.WriteLine($"{"",-38} {"real",9} | {"in process",10} {"ratio",6} {"CPU µs",7} {"B/event",8} | {"standalone",10} {"ratio",6} {"client µs",9} {"broker µs",9} {"B/event",8}");
        for (var i = 0; i < Loads.Length; i++)
        {
            var (real, one, other) = (Loads[i].Real, inProcess[i], standalone[i]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Loads[i].Name,-38} {real,9:N0} | {one.Client.EventsPerSecond,10:N0} {one.Client.EventsPerSecond / real,6:F2} {one.Client.CpuMicros,7:F2} {one.Client.Bytes,8:N0} | {other.Client.EventsPerSecond,10:N0} {other.Client.EventsPerSecond / real,6:F2} {other.Client.CpuMicros,9:F2} {other.BrokerMicros,9:F2} {other.Client.Bytes,8:N0}"));
        }
    }

    /// <summary>One load, with the rate that a real broker has under it.</summary>
    private sealed record Load(string Name, int Real, int Events, Work Work);

    /// <summary>What the clients' process measured, and the CPU that a broker of its own spent beside it.</summary>
    private sealed record Result(Measured Client, double BrokerMicros);
}
