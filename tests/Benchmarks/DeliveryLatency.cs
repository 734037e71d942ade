using System.Buffers.Binary;
using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Kafka;
using Millrace.Schemas;
using Millrace.Testing;

namespace Millrace.Benchmarks;

/// <summary>How long an event takes through two stages at 200 events a second, from its sending until it can be read from the second output.</summary>
/// <remarks>A stage's batch is what has come meanwhile. The functions host collects for up to a second instead, at each stage: that is not in here.</remarks>
internal static class DeliveryLatency
{
    private const int Partitions = 8;
    private const int Events = 2_000;
    private const int WarmUp = 400;
    private const int MaxBatch = 1_000;
    private const string Sent = "sent";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(string? kafka)
    {
        using var broker = kafka is null ? await StandaloneBroker.StartAsync() : null;
        Console.WriteLine();
        Console.WriteLine($"{"Two stages at 200 events/s, ms",-42} {"p50",8} {"p99",8}");
        foreach (var delivery in (Delivery[])[Delivery.ExactlyOnce, Delivery.AtLeastOnce])
        {
            var (p50, p99) = await MeasureAsync(kafka ?? broker!.BootstrapServers, delivery);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{delivery,-42} {p50.TotalMilliseconds,8:F1} {p99.TotalMilliseconds,8:F1}"));
        }
    }

    private static async Task<(TimeSpan P50, TimeSpan P99)> MeasureAsync(string bootstrapServers, Delivery delivery)
    {
        var first = await DeliveryTopics.CreateAsync(bootstrapServers, Partitions);
        var second = await DeliveryTopics.CreateAsync(bootstrapServers, Partitions, first.Output);
        var schemas = Sample.Schemas();
        using var stop = new CancellationTokenSource();
        Task[] stages = [StageAsync(first, delivery, schemas, stop.Token), StageAsync(second, delivery, schemas, stop.Token)];
        var latencies = Task.Factory.StartNew(() => Collect(second), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await FeedAsync(first);
        var sorted = (await latencies).Skip(WarmUp).Order().ToArray();
        await stop.CancelAsync();
        await Task.WhenAll(stages);
        return (sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
    }

    private static async Task FeedAsync(DeliveryTopics topics)
    {
        using var producer = topics.Producer(config => config.LingerMs = 0);
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        var edits = Sample.Edits(Events);
        for (var i = 0; i < Events; i++)
        {
            await timer.WaitForNextTickAsync();
            var sent = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(sent, TimeProvider.System.GetTimestamp());
            producer.Produce(new TopicPartition(topics.Input, i % Partitions), new Message<byte[], byte[]>
            {
                Key = edits[i].Key,
                Value = edits[i].Value,
                Headers = new Headers { { Sent, sent } },
            });
        }

        producer.Flush(Patience);
    }

    private static Task StageAsync(DeliveryTopics topics, Delivery delivery, EventSchemas schemas, CancellationToken stop) => Task.Factory.StartNew(async () =>
    {
        using var consumer = topics.Consumer(out _);
        await using var sink = new KafkaSink(topics.Options, 20_000_000, NullLogger<KafkaSink>.Instance);
        var stage = topics.Stage(delivery);
        var runner = new StageRunner(stage, new StagePipeline(stage, StageFunc.Echo, schemas, TimeProvider.System), sink, TimeProvider.System, NullLogger<StageRunner>.Instance);
        var batch = new List<EventRecord>();
        while (!stop.IsCancellationRequested)
        {
            for (var result = consumer.Consume(Wait); result is not null; result = batch.Count < MaxBatch ? consumer.Consume(TimeSpan.Zero) : null)
            {
                batch.Add(DeliveryTopics.Record(result));
            }

            await runner.RunAsync(batch, CancellationToken.None);
            batch.Clear();
        }
    }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    private static List<TimeSpan> Collect(DeliveryTopics topics)
    {
        using var consumer = topics.OutputConsumer();
        var latencies = new List<TimeSpan>(Events);
        while (latencies.Count < Events)
        {
            var record = consumer.Consume(Patience) ?? throw new TimeoutException($"{latencies.Count} of {Events} events came.");
            latencies.Add(TimeProvider.System.GetElapsedTime(BinaryPrimitives.ReadInt64LittleEndian(record.Message.Headers.GetLastBytes(Sent))));
        }

        return latencies;
    }
}
