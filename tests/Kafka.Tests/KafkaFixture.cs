using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Broker;
using Millrace.Core;

namespace Millrace.Kafka.Tests;

/// <summary>A broker of a test's own, and what tests do to it past the types that they are about.</summary>
public abstract class KafkaFixture : IAsyncLifetime, IDisposable
{
    /// <summary>The longest that any test waits for something that must happen; no test asserts on it.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<IDisposable> _owned = [];
    private readonly List<KafkaSink> _sinks = [];

    internal EmbeddedBroker Broker { get; } = EmbeddedBroker.Start();

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Sinks close while there is a broker.</summary>
    public async Task DisposeAsync()
    {
        foreach (var sink in _sinks)
        {
            await sink.DisposeAsync();
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        // A client that closes while its broker is down waits for nothing.
        _owned.ForEach(owned => owned.Dispose());
        Broker.Dispose();
    }

    protected KafkaOptions Options(params (string Name, string Value)[] producer)
    {
        var options = new KafkaOptions { BootstrapServers = Broker.BootstrapServers };
        foreach (var (name, value) in ((string, string)[])[("reconnect.backoff.ms", "10"), ("reconnect.backoff.max.ms", "50"), ("fetch.wait.max.ms", "10")])
        {
            options.Client[name] = value;
        }

        options.Producer["retry.backoff.ms"] = "10";
        foreach (var (name, value) in producer)
        {
            options.Producer[name] = value;
        }

        return options;
    }

    protected KafkaSink Sink(params (string Name, string Value)[] producer) => Sink(1_000_000, producer);

    protected KafkaSink Sink(int maxMessageBytes, params (string Name, string Value)[] producer) =>
        Own(new KafkaSink(Options(producer), maxMessageBytes, NullLogger<KafkaSink>.Instance));

    protected KafkaSink Own(KafkaSink sink)
    {
        _sinks.Add(sink);
        return sink;
    }

    protected T Own<T>(T disposable)
        where T : IDisposable
    {
        _owned.Add(disposable);
        return disposable;
    }

    /// <summary>Puts records into one partition with the plain client.</summary>
    protected async Task ProduceAsync(string topic, int partition, params Message<byte[]?, byte[]?>[] records)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = Broker.BootstrapServers, LingerMs = 0 })
            .SetLogHandler((_, _) => { }).Build();
        foreach (var record in records)
        {
            await producer.ProduceAsync(new TopicPartition(topic, partition), record);
        }
    }

    /// <summary>Reads one partition from its beginning with the plain client, until it has that many records.</summary>
    protected List<ConsumeResult<byte[]?, byte[]?>> Read(string topic, int count, int partition = 0)
    {
        using var consumer = Consumer("reading");
        consumer.Assign(new TopicPartitionOffset(topic, partition, Offset.Beginning));
        using var patience = new CancellationTokenSource(Patience);
        var records = new List<ConsumeResult<byte[]?, byte[]?>>(count);
        while (records.Count < count)
        {
            if (consumer.Consume(patience.Token) is { IsPartitionEOF: false } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    /// <summary>Everything of a partition that is committed by now, as numbers.</summary>
    protected List<int> ReadCommitted(string topic, int partition = 0)
    {
        using var consumer = Consumer("committed");
        consumer.Assign(new TopicPartitionOffset(topic, partition, Offset.Beginning));
        using var patience = new CancellationTokenSource(Patience);
        var numbers = new List<int>();
        while (consumer.Consume(patience.Token) is { IsPartitionEOF: false } record)
        {
            numbers.Add(Number(record));
        }

        return numbers;
    }

    /// <summary>How many records a partition holds by now.</summary>
    protected long Count(string topic, int partition = 0)
    {
        using var consumer = Consumer("counting");
        var ends = consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), Patience);
        return ends.High.Value - ends.Low.Value;
    }

    protected void Commit(string group, params TopicPartitionOffset[] offsets)
    {
        using var consumer = Consumer(group);
        consumer.Commit(offsets);
    }

    protected static ProcessedRecord Processed(int n, string topic = "out", int valueBytes = 0) => Processed(n, Output(n, topic, valueBytes));

    protected static ProcessedRecord Processed(int n, params OutputRecord[] outputs) =>
        new(Testing.Some.Record(n), new Outcome.Emitted([]), outputs);

    /// <summary>An output with <paramref name="n"/> as its value, filled up to a size.</summary>
    protected static OutputRecord Output(int n, string topic = "out", int valueBytes = 0) => new()
    {
        Topic = topic,
        Key = "k"u8.ToArray(),
        Value = Encoding.UTF8.GetBytes(n.ToString(System.Globalization.CultureInfo.InvariantCulture).PadRight(valueBytes)),
        Timestamp = DateTimeOffset.UnixEpoch.AddYears(56),
    };

    protected static int Number(ConsumeResult<byte[]?, byte[]?> record) =>
        int.Parse(Encoding.UTF8.GetString(record.Message.Value!), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A session without transactions.</summary>
    protected static ValueTask<IPartitionSession> OpenAsync(KafkaSink sink, int partition = 0) => OpenAsync(sink, Delivery.AtLeastOnce, partition);

    protected static ValueTask<IPartitionSession> OpenAsync(KafkaSink sink, Delivery delivery, int partition = 0) => sink.OpenAsync(
        Testing.Some.Stage(options => options.Delivery = delivery), new StreamPartition(Testing.Some.Input, partition), CancellationToken.None);

    private IConsumer<byte[]?, byte[]?> Consumer(string group) => new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
    {
        BootstrapServers = Broker.BootstrapServers,
        GroupId = group,
        EnableAutoCommit = false,
        IsolationLevel = IsolationLevel.ReadCommitted,
        EnablePartitionEof = true,
        FetchWaitMaxMs = 10,
        FetchMaxBytes = 128 * 1024 * 1024,
        ReceiveMessageMaxBytes = 256 * 1024 * 1024,
        MaxPartitionFetchBytes = 64 * 1024 * 1024,
        ReconnectBackoffMs = 10,
        ReconnectBackoffMaxMs = 50,
    }).SetLogHandler((_, _) => { }).Build();
}
