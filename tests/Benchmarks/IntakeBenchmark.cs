using System.Globalization;
using System.Text;

namespace Millrace.Benchmarks;

/// <summary>Events over HTTP into Kafka: the intake, behind the functions host and without it, beside an endpoint that only parses and stores.</summary>
internal static class IntakeBenchmark
{
    private const int Connections = 32;
    private const int Rounds = 6;
    private const int Distinct = 2_000;
    private const string Topic = "mediawiki.revision-create";

    private static readonly string[] Kinds = [IntakeServer.Bare, IntakeServer.Service, IntakeServer.Host];

    /// <param name="memoryEvents">How many events the memory is looked at for.</param>
    public static async Task RunAsync(int memoryEvents)
    {
        using var broker = await BrokerProcess.StartAsync();
        await broker.CreateTopicAsync(Topic, 8);
        var events = Sample.Edits(Distinct).ConvertAll(edit => edit.Value);
        var servers = new Dictionary<string, IntakeServer>();
        try
        {
            foreach (var kind in Kinds)
            {
                servers[kind] = await IntakeServer.StartAsync(kind, broker.BootstrapServers);
            }

            var singles = events.ConvertAll(value => HttpLoad.Request(value));
            var rates = await CompareAsync("one event a request", servers, singles, eventsPerRequest: 1, atLeast: 20_000, events.Average(value => value.Length));
            await CompareAsync("100 events a request", servers, Arrays(events), eventsPerRequest: 100, atLeast: 1_600, events.Average(value => value.Length));
            await LatencyAsync(servers, singles, rates);
            await MemoryAsync(servers[IntakeServer.Service], Arrays(events), memoryEvents);
        }
        finally
        {
            foreach (var server in servers.Values)
            {
                server.Dispose();
            }
        }
    }

    private static List<byte[]> Arrays(List<byte[]> events) =>
        [.. events.Chunk(100).Select(chunk => HttpLoad.Request(Encoding.UTF8.GetBytes($"[{string.Join(',', chunk.Select(Encoding.UTF8.GetString))}]")))];

    // In turns, so that what the machine does besides falls on all alike; the first round warms up.
    private static async Task<Dictionary<string, double>> CompareAsync(string title, Dictionary<string, IntakeServer> servers, List<byte[]> requests, int eventsPerRequest, int atLeast, double size)
    {
        var measured = Kinds.ToDictionary(kind => kind, _ => new List<Measured>());
        var count = atLeast / Connections * Connections;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var kind in Kinds)
            {
                var cpu = servers[kind].Cpu;
                var wall = await new HttpLoad(servers[kind].Address, requests, Connections).RunAsync(count);
                measured[kind].Add(new Measured(kind, count * eventsPerRequest, wall, servers[kind].Cpu - cpu, 0));
            }
        }

        var medians = Kinds.ToDictionary(kind => kind, kind => Measured.Median(measured[kind].Skip(1)));
        Measured.Print(
            string.Create(CultureInfo.InvariantCulture, $"Intake, {title}: events of {size:F0} bytes, {Connections} connections, broker and load beside it (CPU: the server's)"),
            medians[IntakeServer.Bare] with { Name = "bare endpoint: JsonDocument, Confluent.Kafka" },
            medians[IntakeServer.Service] with { Name = "intake" },
            medians[IntakeServer.Host] with { Name = "intake behind the functions host" });
        return medians.ToDictionary(median => median.Key, median => median.Value.EventsPerSecond);
    }

    private static async Task LatencyAsync(Dictionary<string, IntakeServer> servers, List<byte[]> requests, Dictionary<string, double> rates)
    {
        Console.WriteLine();
        Console.WriteLine("Intake, at half of its own rate, one event a request");
        Console.WriteLine($"{"",-12} {"events/s",10} {"p50 ms",8} {"p99 ms",8}");
        foreach (var kind in Kinds)
        {
            var rate = rates[kind] / 2;
            var latencies = await new HttpLoad(servers[kind].Address, requests, Connections).RunAsync((int)(rate * 5), rate);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind,-12} {rate,10:N0} {latencies[latencies.Length / 2],8:F1} {latencies[latencies.Length * 99 / 100],8:F1}"));
        }
    }

    private static async Task MemoryAsync(IntakeServer server, List<byte[]> requests, int events)
    {
        const int Steps = 10;
        var resident = new List<string>();
        for (var step = 0; step < Steps; step++)
        {
            await new HttpLoad(server.Address, requests, Connections).RunAsync(Math.Max(events / 100 / Steps, Connections));
            resident.Add(string.Create(CultureInfo.InvariantCulture, $"{server.ResidentBytes / 1_000_000}"));
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Intake, resident MB over {events:N0} events in arrays of 100: {string.Join(' ', resident)}"));
    }
}
