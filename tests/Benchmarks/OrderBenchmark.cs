using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Benchmarks;

/// <summary>One partition, lookups that take 50 ms: how near concurrency comes to the ideal, and what order costs.</summary>
internal static class OrderBenchmark
{
    private const double LookupMs = 50;
    private const int Runs = 3;

    public static async Task RunAsync()
    {
        Console.WriteLine();
        Console.WriteLine("Order: one partition, every event looks something up (a timer), records of different keys");
        Console.WriteLine($"{"",-52} {"events/s",10} {"ideal",8} {"share",7}");
        await MeasureAsync("constant 50 ms, concurrency 1, ordered", 1, ordered: true, jitter: false, events: 40);
        var unordered = await MeasureAsync("constant 50 ms, concurrency 64, unordered", 64, ordered: false, jitter: false, events: 6_400);
        var ordered = await MeasureAsync("constant 50 ms, concurrency 64, ordered", 64, ordered: true, jitter: false, events: 6_400);
        var price = await MeasureAsync("1 to 99 ms, concurrency 64, unordered", 64, ordered: false, jitter: true, events: 6_400);
        var jittered = await MeasureAsync("1 to 99 ms, concurrency 64, ordered", 64, ordered: true, jitter: true, events: 6_400);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The price of order: {1 - (ordered / unordered):P1} at constant latency, {1 - (jittered / price):P1} at varying latency"));
    }

    private static async Task<double> MeasureAsync(string name, int concurrency, bool ordered, bool jitter, int events)
    {
        var results = new List<Measured>();
        for (var run = 0; run < Runs; run++)
        {
            results.Add(await MeasureOnceAsync(name, concurrency, ordered, jitter, events));
        }

        var (median, ideal) = (Measured.Median(results), concurrency * 1_000 / LookupMs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-52} {median.EventsPerSecond,10:N0} {ideal,8:N0} {median.EventsPerSecond / ideal,7:P1}"));
        return median.EventsPerSecond;
    }

    private static async Task<Measured> MeasureOnceAsync(string name, int concurrency, bool ordered, bool jitter, int events)
    {
        var random = new Random(1);
        var stage = Some.Stage(options => (options.Concurrency, options.Ordered) = (concurrency, ordered));
        var lookup = new StageFunc(async (input, cancellation) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(jitter ? Next(random) : LookupMs), TimeProvider.System, cancellation);
            return StageFunc.Emit(input);
        });
        var sink = new InMemorySink();
        var runner = new StageRunner(stage, new StagePipeline(stage, lookup, new AnySchema(), TimeProvider.System), sink, TimeProvider.System, NullLogger<StageRunner>.Instance);
        var batch = Enumerable.Range(0, events).Select(n => Some.Record(n, key: $"k{n}")).ToList();
        var measured = await Measured.RunAsync(name, events, () => runner.RunAsync(batch, CancellationToken.None));
        var inOrder = sink.Settled.Select(settled => settled.Input.Position.Offset).SequenceEqual(Enumerable.Range(0, events).Select(n => (long)n));
        return !ordered || inOrder ? measured : throw new InvalidOperationException($"{name}: out of order.");
    }

    private static double Next(Random random)
    {
        lock (random)
        {
            return 1 + (random.NextDouble() * 98);
        }
    }
}
