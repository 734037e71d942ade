using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;

namespace Millrace.Local.Tests;

/// <summary>A cluster with all topics of the app's catalog, as they should be, until a test makes something of it wrong.</summary>
internal sealed class Patient : IDisposable
{
    private static readonly Dictionary<string, string> Large = new() { ["max.message.bytes"] = "104857600" };

    private readonly Dictionary<string, string?> _settings = [];

    /// <param name="withTopics">Whether it has any topics.</param>
    /// <param name="whole">Whether its stages are all of the app's, as the command looks at.</param>
    /// <param name="offsetRetention">How long the broker remembers offsets; null is for ever.</param>
    public Patient(bool withTopics = true, bool whole = false, TimeSpan? offsetRetention = null)
    {
        // Records carry the times of the clock below: for their age by the real one, the broker must not delete them.
        Broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DefaultPartitions = 0, MaintenanceInterval = TimeSpan.FromHours(1), OffsetRetention = offsetRetention });
        Catalog = whole ? CatalogFiles.Load(AppContext.BaseDirectory) : StageCatalog.Parse(Files());
        Kafka.BootstrapServers = Broker.BootstrapServers;
        foreach (var topic in withTopics ? Topics : [])
        {
            Broker.CreateTopic(topic, 4, Large);
        }

        foreach (var topic in withTopics ? OwnTopics : [])
        {
            Broker.CreateTopic(topic.Name, topic.Partitions, topic.Settings);
        }
    }

    public EmbeddedBroker Broker { get; }

    public StageCatalog Catalog { get; set; }

    public KafkaOptions Kafka { get; } = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));

    public IReadOnlyList<string> Schemas { get; set; } = [];

    public IEnumerable<string> Topics => Catalog.Stages
        .SelectMany(stage => stage.Inputs.Concat(stage.Outputs.Select(output => output.Stream)).Append(stage.ErrorStream)).SelectMany(stream => stream.Topics).Distinct();

    public IEnumerable<StageTopic> OwnTopics => Catalog.Stages.SelectMany(stage => stage.OwnTopics);

    public Patient Set(string name, string value)
    {
        _settings[name] = value;
        return this;
    }

    /// <summary>The catalog of the app with one more stage.</summary>
    public Patient Add(string stage, string entry)
    {
        Catalog = StageCatalog.Parse([.. Files(), new CatalogFile("added.json", System.Text.Encoding.UTF8.GetBytes($$"""{ "stages": { "{{stage}}": {{entry}} } }"""))]);
        return this;
    }

    public async Task ProduceAsync(string topic, DateTimeOffset time, int count = 1)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(Kafka.CreateProducerConfig()).Build();
        for (var i = 0; i < count; i++)
        {
            await producer.ProduceAsync(new TopicPartition(topic, 0), new Message<byte[], byte[]> { Value = [1], Timestamp = new Timestamp(time) });
        }
    }

    public void Commit(string group, string topic, long offset)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(Kafka.CreateConsumerConfig(group)).Build();
        consumer.Commit([new TopicPartitionOffset(topic, 0, offset)]);
    }

    public async Task<IReadOnlyList<DoctorFinding>> RunAsync(IDoctorCheck check)
    {
        using var subject = await OpenAsync();
        return Assert.Single(await DoctorRun.RunAsync([check], subject, default)).Findings;
    }

    public async Task<DoctorSubject> OpenAsync() => new(
        Catalog, Kafka, new ConfigurationBuilder().AddInMemoryCollection(_settings).Build(), await Cluster.OpenAsync(Kafka, TimeSpan.FromSeconds(3)), Clock)
    {
        Schemas = Schemas,
    };

    public void Dispose() => Broker.Dispose();

    // Of the app's stages, two: the third reads what the second does, so that each finding about that would be there twice.
    private static IReadOnlyList<CatalogFile> Files() =>
        [.. CatalogFiles.Read(AppContext.BaseDirectory).Where(file => !file.Name.Contains("PagePrediction", StringComparison.Ordinal))];
}
