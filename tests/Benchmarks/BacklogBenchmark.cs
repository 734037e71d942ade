using System.Globalization;
using Confluent.Kafka;

namespace Millrace.Benchmarks;

/// <summary>Worker processes (the functions host with <c>PageChange</c>, exactly-once) and a backlog: rate, memory, and what partitions and workers cost.</summary>
internal static class BacklogBenchmark
{
    private const int Large = 1_000_000;
    private const int Small = 200_000;
    private const int LinePoints = 20;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(string? kafka)
    {
        Console.WriteLine();
        Console.WriteLine("Backlog: edits of 1 KB through PageChange in worker processes, validated in and out, exactly-once; settings of host.json");
        Console.WriteLine($"{"",-34} {"events/s",10} {"CPU µs/event",13} {"broker µs",10} {"resident MB, most",18}");
        await MeasureAsync(kafka, "1,000,000 events, 8 partitions", Large, partitions: 8, workers: 1, withLine: true);
        foreach (var partitions in (int[])[1, 8, 64])
        {
            await MeasureAsync(kafka, $"{Small:N0} events, {partitions} partitions", Small, partitions, workers: 1, withLine: false);
        }

        foreach (var workers in (int[])[2, 4])
        {
            await MeasureAsync(kafka, $"{Small:N0} events, 8 partitions, {workers} workers", Small, partitions: 8, workers, withLine: false);
        }
    }

    private static async Task MeasureAsync(string? kafka, string name, int events, int partitions, int workers, bool withLine)
    {
        using var broker = kafka is null ? await StandaloneBroker.StartAsync() : null;
        var topics = await DeliveryTopics.CreateAsync(kafka ?? broker!.BootstrapServers, partitions);
        topics.Fill(events);
        using var progress = new ConsumerBuilder<byte[], byte[]>(topics.Options.CreateConsumerConfig("PageChange.checkpoint")).Build();
        TopicPartition[] inputs = [.. Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topics.Input, partition))];
        var brokerCpu = broker?.Cpu ?? TimeSpan.Zero;
        var started = TimeProvider.System.GetTimestamp();
        WorkerProcess[] running = [.. Enumerable.Range(0, workers).Select(_ => WorkerProcess.Start(topics))];
        try
        {
            var (line, resident) = (new List<(TimeSpan At, long Done)>(), 0L);
            while (line.Count == 0 || line[^1].Done < events)
            {
                await Task.Delay(Interval, TimeProvider.System);
                var done = progress.Committed(inputs, TimeSpan.FromSeconds(30)).Sum(offset => Math.Max(0, offset.Offset.Value));
                line.Add((TimeProvider.System.GetElapsedTime(started), done));
                resident = Math.Max(resident, running.Max(worker => worker.ResidentBytes));
            }

            // From the first events that were settled: a process's start is not what a backlog is about.
            var (begin, end) = (line.Find(point => point.Done > 0), line[^1]);
            var rate = end.Done == begin.Done ? end.Done / end.At.TotalSeconds : (end.Done - begin.Done) / (end.At - begin.At).TotalSeconds;
            var cpu = running.Sum(worker => worker.Cpu.TotalMicroseconds) / events;
            var brokerMicros = broker is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{(broker.Cpu - brokerCpu).TotalMicroseconds / events:F1}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-34} {rate,10:N0} {cpu,13:F1} {brokerMicros,10} {resident / 1e6,18:N0}"));
            if (withLine)
            {
                Console.WriteLine($"  events/s over time: {Rates(line)}");
            }
        }
        finally
        {
            foreach (var worker in running)
            {
                worker.Dispose();
            }
        }
    }

    private static string Rates(List<(TimeSpan At, long Done)> line)
    {
        var step = Math.Max(1, line.Count / LinePoints);
        var points = line.Where((_, index) => index % step == 0).ToList();
        return string.Join(' ', points.Zip(points.Skip(1), (from, to) => string.Create(
            CultureInfo.InvariantCulture, $"{(to.Done - from.Done) / (to.At - from.At).TotalSeconds / 1000:F0}k")));
    }
}
