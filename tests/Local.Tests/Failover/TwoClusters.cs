using System.Text;
using Confluent.Kafka;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local.Tests;

/// <summary>Two datacenters, eqiad and codfw, on two brokers or on one, with a stage <c>Test</c> of one partition for each topic.</summary>
internal sealed class TwoClusters : IAsyncDisposable
{
    public const string Topic = "eqiad.in";

    private readonly EmbeddedBroker[] _brokers;
    private readonly Dictionary<string, ClusterOffsets> _offsets = [];

    public TwoClusters(bool shared = false, string datacenters = """{ "mode": "active-passive" }""")
    {
        _brokers = [.. Enumerable.Range(0, shared ? 1 : 2).Select(_ => EmbeddedBroker.Start(new EmbeddedBrokerOptions { DefaultPartitions = 0 }))];
        foreach (var broker in _brokers)
        {
            foreach (var topic in (string[])["eqiad.in", "codfw.in", "eqiad.out", "codfw.out"])
            {
                broker.CreateTopic(topic);
            }
        }

        Catalog = DatacenterCatalog.Parse(Encoding.UTF8.GetBytes($$"""
            { "datacenters": {
              "eqiad": { "kafkaCluster": "c0", "bootstrapServers": "{{_brokers[0].BootstrapServers}}" },
              "codfw": { "kafkaCluster": "c{{_brokers.Length - 1}}", "bootstrapServers": "{{_brokers[^1].BootstrapServers}}" } } }
            """));
        (Eqiad, Codfw) = (new FakeDatacenter(Catalog.Get("eqiad")) { Replicas = 2 }, new FakeDatacenter(Catalog.Get("codfw")) { IsPaused = true });
        Stages = StageCatalog.Parse(
            Encoding.UTF8.GetBytes($$"""{ "stages": { "Test": { "inputs": ["in"], "outputs": { "out": "/out/1.0.0" }, "datacenters": {{datacenters}} } } }"""),
            StreamCatalog.Parse("""
                { "streams": {
                  "in": { "schema_title": "in", "topic_prefixes": ["eqiad.", "codfw."] },
                  "out": { "schema_title": "out", "topic_prefixes": ["eqiad.", "codfw."] } } }
                """u8.ToArray()));
        Codfw.OnResume = () => CatchUp(Codfw);
        Eqiad.OnResume = () => CatchUp(Eqiad);
    }

    public DatacenterCatalog Catalog { get; }

    public FakeDatacenter Eqiad { get; }

    public FakeDatacenter Codfw { get; }

    public StageCatalog Stages { get; }

    public StageDefinition Stage => Stages.Get("Test");

    public FailoverLog Log { get; } = new(TimeProvider.System, _ => { });

    public IEnumerable<string> Said => Log.Steps.Select(step => $"{step.Datacenter}: {step.What}");

    public EmbeddedBroker BrokerOf(FakeDatacenter datacenter) => datacenter == Eqiad ? _brokers[0] : _brokers[^1];

    public static KafkaOptions KafkaOf(FakeDatacenter datacenter) => Kafka(datacenter.Definition);

    public ClusterOffsets OffsetsOf(FakeDatacenter datacenter) =>
        _offsets.TryGetValue(datacenter.Definition.Name, out var offsets) ? offsets : _offsets[datacenter.Definition.Name] = new ClusterOffsets(datacenter.Definition, KafkaOf(datacenter));

    /// <summary>Writes records of these seconds, in this order, and returns their offsets.</summary>
    public static async Task<long[]> WriteAsync(FakeDatacenter datacenter, string topic, params int[] seconds)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(KafkaOf(datacenter).CreateProducerConfig()).SetLogHandler((_, _) => { }).Build();
        var offsets = new List<long>();
        foreach (var second in seconds)
        {
            var written = await producer.ProduceAsync(topic, new Message<byte[]?, byte[]?> { Value = [(byte)second], Timestamp = new Timestamp(At(second), TimestampType.CreateTime) });
            offsets.Add(written.Offset.Value);
        }

        return [.. offsets];
    }

    public static long At(int second) => 1_700_000_000_000 + (second * 1000L);

    public void Commit(FakeDatacenter datacenter, string group, string topic, long offset) =>
        OffsetsOf(datacenter).Commit(group, [new TopicPartitionOffset(topic, 0, offset)]);

    public long? Committed(FakeDatacenter datacenter, string group, string topic = Topic) =>
        OffsetsOf(datacenter).Committed(group, [new TopicPartition(topic, 0)]) is { Count: 1 } found ? found.Values.Single() : null;

    /// <summary>Moves the stage.</summary>
    public Task FailOverAsync(string to = "codfw", Func<FailoverOptions, FailoverOptions>? with = null)
    {
        var options = new FailoverOptions
        {
            Overlap = TimeSpan.FromSeconds(10),
            DrainTime = TimeSpan.Zero,
            VerifyTime = TimeSpan.FromSeconds(20),
            Poll = TimeSpan.FromMilliseconds(10),
            Kafka = Kafka,
        };
        return new Failover(Stages, [Eqiad, Codfw], with?.Invoke(options) ?? options, Log, TimeProvider.System).RunAsync("Test", to, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var offsets in _offsets.Values)
        {
            offsets.Dispose();
        }

        foreach (var broker in _brokers)
        {
            await broker.DisposeAsync();
        }
    }

    private static KafkaOptions Kafka(DatacenterDefinition datacenter) => new() { BootstrapServers = datacenter.BootstrapServers };

    // What a stage that runs would do: settle everything. Its group's offsets are where the fail-over set them until then.
    private void CatchUp(FakeDatacenter datacenter)
    {
        StartedAt = Committed(datacenter, "Test.checkpoint");
        StartedTriggerAt = Committed(datacenter, "Test");
        foreach (var topic in (string[])["eqiad.in", "codfw.in"])
        {
            Commit(datacenter, "Test", topic, OffsetsOf(datacenter).End(new TopicPartition(topic, 0)));
        }
    }

    /// <summary>What the checkpoint of <see cref="Topic"/> was when a stage was resumed.</summary>
    public long? StartedAt { get; private set; }

    /// <summary>What the trigger's group had committed then.</summary>
    public long? StartedTriggerAt { get; private set; }
}
