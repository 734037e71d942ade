using System.Text.Json.Nodes;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Benchmarks;

/// <summary>An input and an output topic of this run, on any broker, and clients for them.</summary>
internal sealed class DeliveryTopics
{
    private const string Schema = "/mediawiki/revision/create/1.1.0";
    private const string Edits = "mediawiki.revision-create";
    private const string NewPages = "mediawiki.page-create";
    private const string Changes = "mediawiki.page_change.v1";
    private readonly int _partitions;
    private readonly StreamDefinition _edits = Sample.Catalog.Get("PageChange").Inputs.Single(stream => stream.Name == Edits);
    private int _clients;
    private int _stages;

    private DeliveryTopics(string bootstrapServers, int partitions, string run, string? input)
    {
        (_partitions, Options) = (partitions, new KafkaOptions { BootstrapServers = bootstrapServers });
        (Run, Input, Output) = (run, input ?? $"benchmark-{run}-in", $"benchmark-{run}-out");
    }

    public KafkaOptions Options { get; }

    /// <summary>What no other run on this broker is called.</summary>
    public string Run { get; }

    public string Input { get; }

    public string Output { get; }

    // The app's stage has two inputs; this one stays empty.
    private string NewPagesInput => $"benchmark-{Run}-new-pages";

    /// <summary>Creates them.</summary>
    /// <param name="bootstrapServers">The broker.</param>
    /// <param name="partitions">How many each has.</param>
    /// <param name="input">A topic to read that is there already; null: one more is created.</param>
    public static async Task<DeliveryTopics> CreateAsync(string bootstrapServers, int partitions, string? input = null)
    {
        var topics = new DeliveryTopics(bootstrapServers, partitions, Guid.NewGuid().ToString("N")[..8], input);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build();
        string[] names = input is null ? [topics.Input, topics.NewPagesInput, topics.Output] : [topics.Output];
        await admin.CreateTopicsAsync(names.Select(name => new TopicSpecification { Name = name, NumPartitions = partitions }));
        return topics;
    }

    /// <summary>Fills the input with edits of 1 KB, the same number in each partition.</summary>
    public void Fill(int events)
    {
        using var producer = Producer(_ => { });
        var edits = Sample.Edits(Math.Min(events, 20_000));
        for (var i = 0; i < events; i++)
        {
            var (key, value) = edits[i % edits.Count];
            while (true)
            {
                try
                {
                    producer.Produce(new TopicPartition(Input, i % _partitions), new Message<byte[], byte[]> { Key = key, Value = value });
                    break;
                }
                catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Flush(TimeSpan.FromMilliseconds(50));
                }
            }
        }

        producer.Flush(TimeSpan.FromMinutes(1));
    }

    /// <summary>A stage from the input to the output that begins at the beginning: each has a checkpoint of its own.</summary>
    public StageDefinition Stage(Delivery delivery)
    {
        var stage = Sample.Catalog.Get("PageChange");
        return stage with
        {
            Name = $"Benchmark-{Run}-{_stages++}",
            Inputs = [_edits with { Topics = [Input] }],
            Outputs = [new StageOutput(_edits with { Topics = [Output] }, Schema)],
            Options = new StageOptions { Delivery = delivery },
        };
    }

    public IProducer<byte[], byte[]> Producer(Action<ProducerConfig> configure)
    {
        var config = Options.CreateProducerConfig();
        configure(config);
        return new ProducerBuilder<byte[], byte[]>(config).Build();
    }

    /// <summary>Writes the app's catalog for these topics, with which <c>PageChange</c> reads the input and writes the output.</summary>
    /// <returns>Its directory.</returns>
    public string WriteCatalog()
    {
        var directory = Directory.CreateTempSubdirectory("millrace-benchmark-").FullName;
        File.Copy(Path.Combine(AppContext.BaseDirectory, "stages.json"), Path.Combine(directory, "stages.json"));
        var catalog = JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "streams.json")))!;
        foreach (var (stream, topic) in (ReadOnlySpan<(string, string)>)[(Edits, Input), (NewPages, NewPagesInput), (Changes, Output)])
        {
            catalog["streams"]![stream]!["topics"] = new JsonArray(topic);
        }

        File.WriteAllText(Path.Combine(directory, "streams.json"), catalog.ToJsonString());
        return directory;
    }

    /// <summary>Writes the app's catalog for these topics, with connectors that bring the input to PostgreSQL and to a lake.</summary>
    /// <returns>Its directory.</returns>
    public string WriteCatalog(string postgres, string lake)
    {
        var directory = WriteCatalog();
        var file = Path.Combine(directory, "stages.json");
        var catalog = JsonNode.Parse(File.ReadAllBytes(file))!;
        catalog["stages"]!["ToPostgres"] = new JsonObject { ["connector"] = "postgres", ["inputs"] = new JsonArray(Edits), ["settings"] = new JsonObject { ["connectionString"] = postgres } };
        catalog["stages"]!["ToLake"] = new JsonObject { ["connector"] = "lake", ["inputs"] = new JsonArray(Edits), ["settings"] = new JsonObject { ["path"] = lake } };
        File.WriteAllText(file, catalog.ToJsonString());
        return directory;
    }

    /// <summary>A consumer of all of the input from its beginning, in a group of its own.</summary>
    public IConsumer<byte[], byte[]> Consumer(out string group) => Consumer(Input, out group);

    /// <summary>A consumer of all of the output from its beginning.</summary>
    public IConsumer<byte[], byte[]> OutputConsumer() => Consumer(Output, out _);

    /// <summary>A record as a stage takes it.</summary>
    public static EventRecord Record(ConsumeResult<byte[], byte[]> result) => new()
    {
        Position = new StreamPosition(result.Topic, result.Partition.Value, result.Offset.Value),
        Key = result.Message.Key,
        Value = result.Message.Value,
        Headers = result.Message.Headers is { Count: > 0 } headers ? [.. headers.Select(header => new RecordHeader(header.Key, header.GetValueBytes()))] : [],
        Timestamp = result.Message.Timestamp.UtcDateTime,
    };

    private IConsumer<byte[], byte[]> Consumer(string topic, out string group)
    {
        group = $"benchmark-{Run}-{_clients++}";
        var config = Options.CreateConsumerConfig(group);

        // A broker that fills the client's queue is not asked again for so long: the default, a second, would be measured.
        config.FetchQueueBackoffMs = 5;
        var consumer = new ConsumerBuilder<byte[], byte[]>(config).Build();
        consumer.Assign(Enumerable.Range(0, _partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        return consumer;
    }
}
