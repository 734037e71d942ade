using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Kafka;
using Millrace.Schemas;
using Millrace.Testing;

namespace Millrace.Benchmarks;

/// <summary>A stage that passes valid events on, exactly once and at least once, beside bare loops that promise the same.</summary>
internal static class DeliveryBenchmark
{
    private const int Partitions = 8;
    private const int Events = Partitions * 40_000;
    private const int Rounds = 4;
    private static readonly int[] Batches = [1_000, 8_000];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(string? kafka)
    {
        using var broker = kafka is null ? await StandaloneBroker.StartAsync() : null;
        var topics = await DeliveryTopics.CreateAsync(kafka ?? broker!.BootstrapServers, Partitions);
        topics.Fill(Events);
        var schemas = Sample.Schemas();
        foreach (var batch in Batches)
        {
            await CompareAsync(topics, batch, Delivery.ExactlyOnce, "bare: consume, produce, transaction", () => BareTransactions(topics, batch), schemas);
            await CompareAsync(topics, batch, Delivery.AtLeastOnce, "bare: consume, produce, flush, commit", () => BareIdempotent(topics, batch), schemas);
        }
    }

    private static async Task CompareAsync(DeliveryTopics topics, int batch, Delivery delivery, string bareName, Action bare, EventSchemas schemas)
    {
        var (bares, stages) = (new List<Measured>(), new List<Measured>());
        for (var round = 0; round < Rounds; round++)
        {
            bares.Add(await Measured.RunAsync(bareName, Events, () => Task.Run(bare)));
            stages.Add(await Measured.RunAsync($"stage, {(delivery == Delivery.ExactlyOnce ? "exactly-once" : "at-least-once")}", Events, () => Task.Run(() => StageAsync(topics, batch, delivery, schemas))));
        }

        // The first round warms up.
        Measured.Print(
            $"Pass-through: {Events:N0} edits of 1 KB, decoded, validated in and out; {Partitions} partitions, batches of {batch:N0}; median of {Rounds - 1}",
            Measured.Median(bares.Skip(1)), Measured.Median(stages.Skip(1)));
    }

    private static void BareTransactions(DeliveryTopics topics, int batch)
    {
        using var consumer = topics.Consumer(out var group);
        using var producer = topics.Producer(config => config.TransactionalId = group);
        producer.InitTransactions(Patience);
        Bare(topics, batch, consumer, producer.BeginTransaction, producer, offsets =>
        {
            producer.SendOffsetsToTransaction(offsets, consumer.ConsumerGroupMetadata, Patience);
            producer.CommitTransaction(Patience);
        });
    }

    private static void BareIdempotent(DeliveryTopics topics, int batch)
    {
        using var consumer = topics.Consumer(out _);
        using var producer = topics.Producer(_ => { });
        Bare(topics, batch, consumer, () => { }, producer, offsets =>
        {
            producer.Flush(Patience);
            consumer.Commit(offsets);
        });
    }

    private static void Bare(
        DeliveryTopics topics, int batch, IConsumer<byte[], byte[]> consumer, Action begin, IProducer<byte[], byte[]> producer, Action<List<TopicPartitionOffset>> settle)
    {
        var failed = false;
        for (var passed = 0; passed < Events;)
        {
            begin();
            var next = new Dictionary<TopicPartition, Offset>();
            for (var held = 0; held < batch && passed < Events; held++, passed++)
            {
                var record = Next(consumer);
                producer.Produce(topics.Output, new Message<byte[], byte[]> { Key = record.Message.Key, Value = record.Message.Value }, report => failed |= report.Error.IsError);
                next[record.TopicPartition] = record.Offset + 1;
            }

            settle([.. next.Select(entry => new TopicPartitionOffset(entry.Key, entry.Value))]);
        }

        if (failed)
        {
            throw new InvalidOperationException("A record was not acknowledged.");
        }
    }

    private static async Task StageAsync(DeliveryTopics topics, int batch, Delivery delivery, EventSchemas schemas)
    {
        var options = topics.Options;
        var stage = topics.Stage(delivery);
        using var consumer = topics.Consumer(out _);
        await using var sink = new KafkaSink(options, 20_000_000, NullLogger<KafkaSink>.Instance);
        var runner = new StageRunner(stage, new StagePipeline(stage, StageFunc.Echo, schemas, TimeProvider.System), sink, TimeProvider.System, NullLogger<StageRunner>.Instance);
        var running = Task.CompletedTask;
        for (var passed = 0; passed < Events;)
        {
            // As in the host: a batch is collected while the one before it runs.
            var records = new List<EventRecord>(batch);
            for (; records.Count < batch && passed < Events; passed++)
            {
                records.Add(DeliveryTopics.Record(Next(consumer)));
            }

            await running;
            running = Task.Run(() => runner.RunAsync(records, CancellationToken.None));
        }

        await running;

        if (runner.Tally.Emitted != Events)
        {
            throw new InvalidOperationException($"{runner.Tally.Emitted} of {Events} were emitted: {string.Join(", ", runner.Tally.FailedBy)}");
        }
    }

    private static ConsumeResult<byte[], byte[]> Next(IConsumer<byte[], byte[]> consumer) =>
        consumer.Consume(Patience) ?? throw new TimeoutException($"No record came within {Patience}.");
}
