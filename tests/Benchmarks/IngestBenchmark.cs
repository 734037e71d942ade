using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Millrace.Local;

namespace Millrace.Benchmarks;

/// <summary>A stream at a fixed rate into PostgreSQL and a lake at once, by a worker process: how far each is behind, and what it takes.</summary>
internal static class IngestBenchmark
{
    private const int Rate = 20_000;
    private const int Partitions = 8;
    private const int Samples = 20_000;

    // Of captured page changes the mean is 1,550 bytes.
    private const int Filler = 770;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly string[] Connectors = ["ToPostgres", "ToLake"];

    public static async Task RunAsync()
    {
        if (PostgresPackage.Missing is { } missing)
        {
            Console.WriteLine(missing);
            return;
        }

        await using var server = await PostgresServer.StartAsync();
        var lake = Directory.CreateTempSubdirectory("millrace-ingest-").FullName;
        try
        {
            using var broker = await StandaloneBroker.StartAsync();
            var topics = await DeliveryTopics.CreateAsync(broker.BootstrapServers, Partitions);
            using var worker = WorkerProcess.Start(topics.Options.BootstrapServers!, topics.WriteCatalog(server.ConnectionString, lake), Connectors);
            await MeasureAsync(topics, worker, broker);
        }
        finally
        {
            Directory.Delete(lake, recursive: true);
        }
    }

    private static async Task MeasureAsync(DeliveryTopics topics, WorkerProcess worker, StandaloneBroker broker)
    {
        var edits = Edits();
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Ingest: {Rate:N0} events/s of {edits.Average(edit => edit.Value.Length):F0} bytes, {Partitions} partitions, for {Duration.TotalSeconds} s, into PostgreSQL and a lake at once; all on this machine"));
        Console.WriteLine($"{"s",4} {"fed",12} {"behind: PostgreSQL",20} {"lake",10} {"worker MB",10}");

        using var producer = topics.Producer(config => config.LingerMs = 5);
        var groups = Array.ConvertAll(Connectors, connector => new ConsumerBuilder<byte[], byte[]>(topics.Options.CreateConsumerConfig(connector)).Build());
        try
        {
            // A process's start is not what a steady stream is about.
            var fed = Feed(producer, topics.Input, edits, 0, Rate);
            if (!await MayBeTrueAsync(() => groups.All(group => Done(group, topics.Input) == fed), TimeSpan.FromMinutes(5)))
            {
                throw new TimeoutException("The stores do not get what was fed first.");
            }

            var (cpu, brokerCpu, first, started, points) = (worker.Cpu, broker.Cpu, fed, TimeProvider.System.GetTimestamp(), new List<(double At, long Fed, long[] Done)>());
            for (var next = Interval; TimeProvider.System.GetElapsedTime(started) is var now && now < Duration;)
            {
                fed = Feed(producer, topics.Input, edits, fed, first + (long)(now.TotalSeconds * Rate));
                if (now >= next)
                {
                    next += Interval;
                    points.Add((now.TotalSeconds, fed, Array.ConvertAll(groups, group => Done(group, topics.Input))));
                    Print(points[^1], first, worker.ResidentBytes);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            }

            var (used, brokerUsed, done) = (worker.Cpu - cpu, broker.Cpu - brokerCpu, points[^1].Done);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"CPU µs per event: worker {used.TotalMicroseconds / Math.Max(1, done.Average() - first):F1} (both stores), broker {brokerUsed.TotalMicroseconds / (fed - first):F1}"));
            var half = points[(points.Count - 1) / 2];
            for (var i = 0; i < groups.Length; i++)
            {
                // Committed behind the broker's back by the host, a fifth of a second late; a second's worth is flat.
                var (rate, grown) = ((points[^1].Done[i] - half.Done[i]) / (points[^1].At - half.At), points[^1].Fed - points[^1].Done[i] - (half.Fed - half.Done[i]));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Connectors[i]}: {rate:N0} events/s in the second half, {(grown < Rate ? "flat" : $"{grown:N0} further behind")}"));
            }

            var ended = TimeProvider.System.GetTimestamp();
            var all = await MayBeTrueAsync(() => groups.All(group => Done(group, topics.Input) == fed), Duration);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(all ? "All is there" : "All is not there")} {TimeProvider.System.GetElapsedTime(ended).TotalSeconds:F1} s after the last event."));
        }
        finally
        {
            Array.ForEach(groups, group => group.Dispose());
        }
    }

    private static List<(byte[] Key, byte[] Value, int Id)> Edits() => Sample.Edits(Samples, Filler).ConvertAll(edit =>
    {
        var id = JsonElement.Parse(edit.Value).GetProperty("meta").GetProperty("id").GetString()!;
        return (edit.Key, edit.Value, edit.Value.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"{id}\"")) + 1);
    });

    // Each with an id of its own, so that none is a duplicate.
    private static long Feed(IProducer<byte[], byte[]> producer, string topic, List<(byte[] Key, byte[] Value, int Id)> edits, long from, long to)
    {
        for (; from < to; from++)
        {
            var (key, sample, id) = edits[(int)(from % edits.Count)];
            var value = (byte[])sample.Clone();
            from.TryFormat(value.AsSpan(id), out _, "x12", CultureInfo.InvariantCulture);
            try
            {
                producer.Produce(new TopicPartition(topic, (int)(from % Partitions)), new Message<byte[], byte[]> { Key = key, Value = value });
            }
            catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                // What the broker does not take in time is fed in the next turn.
                return from;
            }
        }

        return from;
    }

    private static long Done(IConsumer<byte[], byte[]> group, string topic) => group
        .Committed(Enumerable.Range(0, Partitions).Select(partition => new TopicPartition(topic, partition)), TimeSpan.FromSeconds(30)).Sum(committed => Math.Max(0, committed.Offset.Value));

    private static async Task<bool> MayBeTrueAsync(Func<bool> condition, TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        return true;
    }

    private static void Print((double At, long Fed, long[] Done) point, long first, long resident) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{point.At,4:F0} {point.Fed - first,12:N0} {point.Fed - point.Done[0],20:N0} {point.Fed - point.Done[1],10:N0} {resident / 1e6,10:N0}"));
}
