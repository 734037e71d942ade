using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Kafka;
using Millrace.Local;

namespace Millrace.EndToEnd;

/// <summary>A broker with the topics of PageChange, and error events that it would have written.</summary>
internal sealed class PageChangeCluster : IDisposable
{
    public const string Input = "mediawiki.revision-create";
    public const string Output = "mediawiki.page_change.v1";
    private const int Partitions = 4;

    public static readonly StageDefinition PageChange = CatalogFiles.Load(AppContext.BaseDirectory).Get("PageChange");

    public PageChangeCluster(bool withOwnTopics = true)
    {
        Kafka.BootstrapServers = Broker.BootstrapServers;
        foreach (var topic in (string[])[.. PageChange.InputTopics, Output, "PageChange.error"])
        {
            Broker.CreateTopic(topic, Partitions);
        }

        foreach (var topic in withOwnTopics ? PageChange.OwnTopics : [])
        {
            Broker.CreateTopic(topic.Name, topic.IsCompacted ? 1 : Partitions, topic.Settings);
        }
    }

    public EmbeddedBroker Broker { get; } = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DefaultPartitions = 0 });

    public KafkaOptions Kafka { get; } = new();

    public Platform Platform => new(CatalogFiles.Load(AppContext.BaseDirectory), Kafka);

    public Dictionary<string, string> Settings(params string[] functions)
    {
        var settings = functions.Select((function, index) => (Name: $"AzureFunctionsJobHost__functions__{index}", function)).ToDictionary();
        settings["KAFKA_BOOTSTRAP_SERVERS"] = Broker.BootstrapServers;
        settings["AzureFunctionsJobHost__extensions__kafka__maxBatchSize"] = "10";
        settings["AzureFunctionsJobHost__extensions__kafka__sessionTimeoutMs"] = "3000";
        return settings;
    }

    /// <summary>Edits of the stage's first input, where they stand.</summary>
    public EventRecord[] Feed(SampleEvents sample, int count)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(Kafka.CreateProducerConfig()).Build();
        var edits = Edits(sample, count).ToList();
        var fed = new EventRecord[edits.Count];
        for (var index = 0; index < fed.Length; index++)
        {
            var (place, edit) = (index, edits[index]);
            producer.Produce(Input, new Message<byte[], byte[]> { Key = edit.Key, Value = edit.Value }, report =>
                fed[place] = new EventRecord { Position = new StreamPosition(Input, report.Partition.Value, report.Offset.Value), Key = edit.Key, Value = edit.Value });
        }

        producer.Flush(TimeSpan.FromSeconds(60));
        return fed;
    }

    /// <summary>Edits that failed, the last of them first, so that replays have to bring order into them.</summary>
    public EventRecord[] Fail(SampleEvents sample, int count)
    {
        var inputs = Feed(sample, count);

        // What failed was read: the stage does not read it once more.
        var next = Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(Input, partition, inputs.Count(input => input.Position.Partition == partition))).ToList();
        foreach (var group in (string[])["PageChange", "PageChange.checkpoint"])
        {
            using var consumer = new ConsumerBuilder<byte[], byte[]>(Kafka.CreateConsumerConfig(group)).Build();
            consumer.Commit(next);
        }

        using var producer = new ProducerBuilder<byte[], byte[]>(Kafka.CreateProducerConfig()).Build();
        foreach (var input in Enumerable.Reverse(inputs))
        {
            var error = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
            {
                ["meta"] = new { id = OutputId.Create("PageChange.error", input.Position, 0), source = new { topic = input.Position.Topic, partition = input.Position.Partition, offset = input.Position.Offset } },
                ["dt"] = "2026-01-31T12:00:00Z",
                ["emitter_id"] = "PageChange",
                ["error_type"] = "unlucky",
                ["message"] = "Not now.",
                ["raw_event"] = Encoding.UTF8.GetString(input.Value!),
            });
            producer.Produce("PageChange.error", new Message<byte[], byte[]> { Key = input.Key!, Value = error });
        }

        producer.Flush(TimeSpan.FromSeconds(30));
        return inputs;
    }

    public Task<List<EventRecord>> ReadAsync(string topic) => Records.ReadAsync(Kafka, topic);

    public async Task<IReadOnlyCollection<ErrorMark>> MarksAsync() =>
        (await ReadAsync(PageChange.ResolvedTopic)).Select(ErrorMark.Read).OfType<ErrorMark>().GroupBy(mark => mark.ErrorId).Select(marks => marks.Last()).ToList();

    public void Dispose() => Broker.Dispose();

    private static IEnumerable<(byte[] Key, byte[] Value)> Edits(SampleEvents sample, int count)
    {
        var key = PageChange.Inputs[0].Key!;
        for (var n = 0; n < count; n++)
        {
            var text = Encoding.UTF8.GetString(sample.Next(DateTimeOffset.UnixEpoch.AddYears(56)).Value).Replace("mediawiki.page-create", Input, StringComparison.Ordinal);
            key.TryCreate(JsonElement.Parse(text), out var bytes, out _);
            yield return (bytes!, Encoding.UTF8.GetBytes(text));
        }
    }
}
