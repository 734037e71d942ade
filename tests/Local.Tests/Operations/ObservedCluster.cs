using System.CommandLine;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;

namespace Millrace.Local.Tests;

/// <summary>A cluster with the topics of the app's catalog, two partitions each, that commands look at.</summary>
internal sealed class ObservedCluster : IDisposable
{
    public const string Input = "mediawiki.revision-create";
    public const string Output = "mediawiki.page_change.v1";
    public const string Last = "mediawiki.page_content_change.v1";
    public const string Errors = "PageChange.error";

    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    // One for all records: to open one takes longer than all that a test writes.
    private readonly Lazy<IProducer<byte[]?, byte[]?>> _producer;

    public ObservedCluster(bool withTopics = true)
    {
        _producer = new(() => new ProducerBuilder<byte[]?, byte[]?>(Kafka.CreateProducerConfig()).SetLogHandler((_, _) => { }).Build());
        var catalog = CatalogFiles.Load(AppContext.BaseDirectory);
        Kafka.BootstrapServers = Broker.BootstrapServers;
        Platform = new Platform(catalog, Kafka);
        foreach (var topic in withTopics ? Platform.Streams.SelectMany(stream => stream.Topics).Distinct() : [])
        {
            Broker.CreateTopic(topic, 2);
        }
    }

    // Records carry times of long ago: for their age by the real clock, the broker must not delete them.
    public EmbeddedBroker Broker { get; } = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DefaultPartitions = 0, MaintenanceInterval = TimeSpan.FromHours(1) });

    public KafkaOptions Kafka { get; } = new();

    public Platform Platform { get; }

    /// <summary>Runs a command on it.</summary>
    public Task<(int ExitCode, string Output, string Error)> RunAsync(Command command, params string[] arguments) =>
        Verb.RunAsync(command, [.. arguments, "--kafka", Broker.BootstrapServers]);

    public async Task<(int ExitCode, JsonElement Output)> RunJsonAsync(Command command, params string[] arguments)
    {
        var run = await RunAsync(command, [.. arguments, "--json"]);
        Assert.True(run.Output.Length > 0, run.Error);
        return (run.ExitCode, JsonElement.Parse(run.Output));
    }

    /// <summary>Appends a record, and says where it stands.</summary>
    public Task<StreamPosition> ProduceAsync(string topic, int partition, string? value, int second = 0, params RecordHeader[] headers) =>
        AppendAsync(topic, partition, Record(value, second, headers));

    /// <summary>Appends a record, and says where it stands.</summary>
    public async Task<StreamPosition> AppendAsync(string topic, int partition, Message<byte[]?, byte[]?> record) =>
        new(topic, partition, (await _producer.Value.ProduceAsync(new TopicPartition(topic, partition), record)).Offset.Value);

    /// <summary>Appends records in a transaction, and leaves it as it is asked to.</summary>
    public IDisposable Transact(string id, bool? commit, params (string Topic, int Partition, string Value)[] records)
    {
        var producer = new ProducerBuilder<byte[]?, byte[]?>(Kafka.CreateTransactionalConfig(id)).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(60));
        producer.BeginTransaction();
        foreach (var (topic, partition, value) in records)
        {
            producer.Produce(new TopicPartition(topic, partition), Record(value, 0));
        }

        producer.Flush(TimeSpan.FromSeconds(60));
        if (commit == true)
        {
            producer.CommitTransaction();
        }
        else if (commit == false)
        {
            producer.AbortTransaction();
        }

        return producer;
    }

    public void Commit(string group, string topic, int partition, long offset)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(Kafka.CreateConsumerConfig(group)).SetLogHandler((_, _) => { }).Build();
        consumer.Commit([new TopicPartitionOffset(topic, partition, offset)]);
    }

    /// <summary>A member of a stage's group, which has all partitions of a topic.</summary>
    public IDisposable Join(string group, string topic)
    {
        var assigned = new TaskCompletionSource();
        var consumer = new ConsumerBuilder<byte[], byte[]>(Kafka.CreateConsumerConfig(group)).SetLogHandler((_, _) => { }).SetPartitionsAssignedHandler((_, _) => assigned.SetResult()).Build();
        consumer.Subscribe(topic);
        while (!assigned.Task.IsCompleted)
        {
            consumer.Consume(TimeSpan.FromMilliseconds(50));
        }

        return consumer;
    }

    /// <summary>An event with nothing but an id and, if it is to have one, a field.</summary>
    public static string Event(string id, string? field = null) => $$"""{"meta":{"id":"{{id}}"}{{(field is null ? "" : "," + field)}}}""";

    /// <summary>The error event of a stage for an input.</summary>
    public static string Error(StreamPosition source, string type = "invalid_event", string message = "'.page_id' is missing", string raw = "{}", string stage = "PageChange") => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["meta"] = new { id = EventIds.Of($"{stage}.error", source), source = new { topic = source.Topic, partition = source.Partition, offset = source.Offset } },
        ["dt"] = "2026-01-31T12:00:00Z",
        ["emitter_id"] = stage,
        ["error_type"] = type,
        ["message"] = message,
        ["errored_stream_name"] = source.Topic,
        ["raw_event"] = raw,
    });

    public static RecordHeader Trace(char digit) => new("traceparent", Encoding.ASCII.GetBytes($"00-{new string(digit, 32)}-{new string('1', 16)}-00"));

    public void Dispose()
    {
        if (_producer.IsValueCreated)
        {
            _producer.Value.Dispose();
        }

        Broker.Dispose();
    }

    private static Message<byte[]?, byte[]?> Record(string? value, int second, params RecordHeader[] headers)
    {
        var record = new Message<byte[]?, byte[]?> { Value = value is null ? null : Encoding.UTF8.GetBytes(value), Timestamp = new Timestamp(Noon.AddSeconds(second)), Headers = [] };
        foreach (var header in headers)
        {
            record.Headers.Add(header.Name, header.Value);
        }

        return record;
    }
}
