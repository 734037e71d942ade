using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;
using Millrace.Lookups;
using Millrace.Testing;

namespace Millrace.Connectors.Tests;

/// <summary>A connector stage <c>Post</c> from a real broker's checkpoint to a real server on the loopback address.</summary>
public abstract class HttpFixture : IAsyncLifetime, IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly List<KafkaSink> _sinks = [];
    // No topic comes by itself.
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DefaultPartitions = 0 });

    internal Receiver Receiver { get; } = new();

    internal SkippingClock Clock { get; } = new();

    protected HttpFixture(bool withTopic = true)
    {
        _broker.CreateTopic("Post.error");
        if (withTopic)
        {
            CreateTopic();
        }
    }

    /// <summary>What is logged, by the stage and by its requests.</summary>
    internal LogLines Log { get; } = new();

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
        _owned.ForEach(owned => owned.Dispose());
        Receiver.Dispose();
        _broker.Dispose();
    }

    /// <summary>The stage, with these settings over its address.</summary>
    protected StageDefinition Stage(params (string Name, string Json)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["address"] = $"\"{Receiver.Address}\"",
            ["requests"] = """{ "attempts": 1, "circuitMinimumThroughput": 1000000 }""",
        };
        foreach (var (name, json) in settings)
        {
            all[name] = json;
        }

        var catalog = StageCatalog.Parse(
            Encoding.UTF8.GetBytes($$"""{ "stages": { "Post": { "connector": "http", "inputs": ["test.input"], "settings": { {{string.Join(", ", all.Select(setting => $"\"{setting.Key}\": {setting.Value}"))}} } } } }"""),
            StreamCatalog.Parse("""{ "streams": { "test.input": { "schema_title": "test/input", "message_key_fields": { "id": "id" } } } }"""u8.ToArray()));
        return catalog.Get("Post");
    }

    internal HttpStore Store(params KeyValuePair<string, string?>[] overrides) => Own(new HttpStore(
        new ConfigurationBuilder().AddInMemoryCollection(overrides).Build(), new LookupFactory(TimeProvider.System, Log.For<HttpLookup>())));

    internal ConnectorSink Sink(HttpStore? store = null, Func<ISink, ISink>? around = null)
    {
        var kafka = new KafkaSink(Kafka(), 1_000_000, Log.For<KafkaSink>());
        _sinks.Add(kafka);
        return new ConnectorSink([store ?? Store()], around?.Invoke(kafka) ?? kafka);
    }

    internal StageRunner Runner(StageDefinition stage, ISink sink) => new(
        stage, new StagePipeline(stage, new Everything(), new AnySchema(), TimeProvider.System), sink, Clock, Log.For<StageRunner>());

    /// <summary>Creates the topic that is read.</summary>
    protected void CreateTopic() => _broker.CreateTopic(Some.Input);

    /// <summary>Expects these pauses and no others; what was logged says why there were more.</summary>
    protected void AssertPaused(params TimeSpan[] expected) =>
        Assert.True(Clock.Pauses.SequenceEqual(expected), $"The pauses were {string.Join(", ", Clock.Pauses)}:\n{string.Join('\n', Log.Lines)}");

    /// <summary>Runs a batch to its end.</summary>
    protected async Task RunAsync(StageDefinition stage, params EventRecord[] batch) => await Runner(stage, Sink()).RunAsync(batch, CancellationToken.None);

    /// <summary>Where a new owner of the partition would begin.</summary>
    protected async Task<long> CheckpointAsync(StageDefinition stage)
    {
        await using var session = await Sink().OpenAsync(stage, new StreamPartition(Some.Input, 0), CancellationToken.None);
        return session.Checkpoint;
    }

    /// <summary>The messages of the error events so far.</summary>
    protected async Task<IReadOnlyList<string>> ErrorsAsync(int count)
    {
        var messages = new List<string>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var record in new TopicReader(Kafka()).ReadAsync(["Post.error"], patience.Token))
        {
            var error = System.Text.Json.JsonElement.Parse(record.Value);
            messages.Add($"{error.Child("error_type").Text()}: {error.Child("message").Text()}");
            if (messages.Count == count)
            {
                return messages;
            }
        }

        return messages;
    }

    /// <summary>Makes the topic that is read, so that a checkpoint in it has something to stand for.</summary>
    protected async Task WriteAsync(params EventRecord[] records)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(Kafka().CreateProducerConfig()).SetLogHandler((_, _) => { }).Build();
        foreach (var record in records)
        {
            await producer.ProduceAsync(new TopicPartition(Some.Input, 0), new Message<byte[]?, byte[]?> { Value = record.Value });
        }
    }

    private KafkaOptions Kafka() => new() { BootstrapServers = _broker.BootstrapServers };

    private T Own<T>(T disposable)
        where T : IDisposable
    {
        _owned.Insert(0, disposable);
        return disposable;
    }

    private sealed class Everything : Connector;
}
