using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Millrace.Functions;
using Millrace.Kafka;
using Millrace.Testing;

namespace Millrace.Benchmarks;

/// <summary>A stage without lookups beside a bare consume-produce loop, on the same broker.</summary>
internal static class PassThroughBenchmark
{
    // The embedded broker keeps 5 MiB of a partition.
    private const int Partitions = 32;
    private const int Events = Partitions * 3_000;
    private const int Batch = 8_000;
    private const string Input = "mediawiki.revision-create";
    private const string Output = "mediawiki.page_change.v1";

    public static async Task RunAsync()
    {
        using var broker = await StartFilledAsync();
        var options = new KafkaOptions { BootstrapServers = broker.BootstrapServers };

        var (bare, echo, stage, hosted) = (new List<Measured>(), new List<Measured>(), new List<Measured>(), new List<Measured>());
        for (var round = 0; round < 4; round++)
        {
            bare.Add(await BareAsync(options, round));
            echo.Add(await StageAsync("runner, stage that emits its input", options, $"echo-{round}", StageFunc.Echo, Unkeyed(), new AnySchema()));
            stage.Add(await StageAsync("runner, PageChange (validated in and out)", options, $"stage-{round}", Author(), Sample.Catalog.Get("PageChange"), Sample.Schemas()));
            hosted.Add(await HostedAsync());
        }

        // The first round warms up.
        Measured.Print(
            $"Pass-through: {Events:N0} edits of 1 KB, {Partitions} partitions, batches of {Batch:N0}; CPU is this process's, not the broker's",
            Measured.Median(bare.Skip(1)), Measured.Median(echo.Skip(1)), Measured.Median(stage.Skip(1)), Measured.Median(hosted.Skip(1)));
    }

    private static async Task<BrokerProcess> StartFilledAsync()
    {
        var broker = await BrokerProcess.StartAsync();
        await broker.CreateTopicAsync(Input, Partitions);
        await broker.CreateTopicAsync("mediawiki.page-create", 1);
        await broker.CreateTopicAsync(Output, Partitions);
        await broker.CreateTopicAsync("mediawiki.page_content_change.v1", 1);
        Fill(new KafkaOptions { BootstrapServers = broker.BootstrapServers });
        return broker;
    }

    // An edit is no page change and has none of its key fields: passed on as it is, it keeps no key.
    private static StageDefinition Unkeyed()
    {
        var stage = Sample.Catalog.Get("PageChange");
        return stage with { Outputs = [stage.Outputs[0] with { Stream = stage.Outputs[0].Stream with { Key = null } }] };
    }

    private static PageChange Author() => new(new PageChangeSettings { NewPages = "mediawiki.page-create" });

    private static void Fill(KafkaOptions options)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(options.CreateProducerConfig()).Build();
        var partition = 0;
        foreach (var (key, value) in Sample.Edits(Events))
        {
            producer.Produce(new TopicPartition(Input, partition++ % Partitions), new Message<byte[], byte[]> { Key = key, Value = value });
            while (partition % 10_000 == 0 && producer.Flush(TimeSpan.FromSeconds(30)) > 0)
            {
            }
        }

        producer.Flush(TimeSpan.FromSeconds(30));
    }

    private static Task<Measured> BareAsync(KafkaOptions options, int round) => Measured.RunAsync("bare Confluent.Kafka consume, produce, flush", Events, () => Task.Run(() =>
    {
        using var consumer = Consumer(options, $"bare-{round}");
        using var producer = new ProducerBuilder<byte[], byte[]>(options.CreateProducerConfig()).Build();
        for (var passed = 0; passed < Events;)
        {
            if (consumer.Consume(TimeSpan.FromSeconds(1)) is { } result)
            {
                producer.Produce(Output, new Message<byte[], byte[]> { Key = result.Message.Key, Value = result.Message.Value, Headers = result.Message.Headers }, _ => { });
                if (++passed % Batch == 0)
                {
                    producer.Flush(TimeSpan.FromSeconds(30));
                }
            }
        }

        producer.Flush(TimeSpan.FromSeconds(30));
    }));

    private static Task<Measured> StageAsync(string name, KafkaOptions options, string group, IStage author, StageDefinition stage, IEventSchemas schemas) => Measured.RunAsync(name, Events, () => Task.Run(async () =>
    {
        using var consumer = Consumer(options, group);
        await using var sink = new KafkaSink(options, 20_000_000, NullLogger<KafkaSink>.Instance);
        var runner = new StageRunner(stage, new StagePipeline(stage, author, schemas, TimeProvider.System), sink, TimeProvider.System, NullLogger<StageRunner>.Instance);
        var batch = new List<EventRecord>(Batch);
        while (runner.Tally.In < Events)
        {
            if (consumer.Consume(TimeSpan.FromSeconds(1)) is { } result)
            {
                batch.Add(new EventRecord
                {
                    Position = new StreamPosition(result.Topic, result.Partition.Value, result.Offset.Value),
                    Key = result.Message.Key,
                    Value = result.Message.Value,
                    Timestamp = result.Message.Timestamp.UtcDateTime,
                });
            }

            if (batch.Count == Batch || (batch.Count > 0 && runner.Tally.In + batch.Count == Events))
            {
                await runner.RunAsync(batch, CancellationToken.None);
                batch.Clear();
            }
        }

        if (runner.Tally.Emitted != Events)
        {
            throw new InvalidOperationException($"{name}: {runner.Tally.Emitted} of {Events} were emitted: {string.Join(", ", runner.Tally.FailedBy)}");
        }
    }));

    // A broker of its own each time: the group of a function is its stage's, and would have read everything already.
    private static async Task<Measured> HostedAsync()
    {
        using var broker = await StartFilledAsync();
        using var app = Functions.Program.Build(
            [
                $"--KAFKA_BOOTSTRAP_SERVERS={broker.BootstrapServers}",
                "--AzureFunctionsJobHost:functions:0=PageChange",
                "--AzureFunctionsJobHost:functions:1=PageChange_1",
                "--AzureFunctionsJobHost:functions:2=PageChange_replay",
                $"--AzureFunctionsJobHost:extensions:kafka:maxBatchSize={Batch}",
            ],
            builder => builder.Logging.ClearProviders());
        var runner = app.Services.GetServices<StageRunner>().Single(candidate => candidate.Stage.Name == "PageChange");
        var measured = await Measured.RunAsync("functions host, PageChange", Events, async () =>
        {
            await app.StartAsync();
            while (runner.Tally.Emitted < Events)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }
        });
        await app.StopAsync();
        return measured;
    }

    private static IConsumer<byte[], byte[]> Consumer(KafkaOptions options, string group)
    {
        var config = options.CreateConsumerConfig(group);
        config.FetchWaitMaxMs = 10;
        var consumer = new ConsumerBuilder<byte[], byte[]>(config).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(Input, partition, Offset.Beginning)));
        return consumer;
    }
}
