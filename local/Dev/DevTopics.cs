using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>The topics that a session of <c>millrace dev</c> needs, created where they are not there: in its own broker, or in the one that it is told of.</summary>
internal sealed class DevTopics(DevOptions options, StageCatalog catalog)
{
    private static readonly TimeSpan BrokerPatience = TimeSpan.FromSeconds(10);

    // A laptop takes events of any size that a request can carry; what is too large for production is the outputs' business.
    private static readonly KeyValuePair<string, string> AnySize = new("max.message.bytes", Feeder.MaxRecordBytes.ToString(CultureInfo.InvariantCulture));

    /// <summary>The streams that stages write, of errors, too.</summary>
    public static IEnumerable<StreamDefinition> StreamsWritten(StageCatalog catalog) =>
        catalog.Stages.SelectMany(stage => stage.Outputs.Select(output => output.Stream).Append(stage.ErrorStream)).DistinctBy(stream => stream.Name);

    /// <summary>Creates the topics that are the stages' own, where they are not there.</summary>
    public static void CreateOwn(EmbeddedBroker broker, StageCatalog catalog, int partitions)
    {
        foreach (var topic in catalog.Stages.SelectMany(stage => stage.OwnTopics).Where(topic => !broker.Topics.ContainsKey(topic.Name)))
        {
            broker.CreateTopic(topic.Name, topic.IsCompacted ? topic.Partitions : partitions, new Dictionary<string, string>(topic.Settings) { [AnySize.Key] = AnySize.Value });
        }
    }

    /// <param name="broker">The session's own broker; null where it is told of one.</param>
    /// <param name="kafka">How to reach whichever it is.</param>
    /// <exception cref="UsageException">The broker does not answer, or has a topic with another number of partitions.</exception>
    public Task CreateAsync(EmbeddedBroker? broker, KafkaOptions kafka)
    {
        var topics = catalog.Streams.Streams.Concat(StreamsWritten(catalog)).SelectMany(stream => stream.Topics).Concat(DevHttp.Topics).Distinct().ToList();
        if (broker is null)
        {
            return CreateAsync(kafka, topics);
        }

        Create(broker, topics);
        return Task.CompletedTask;
    }

    private void Create(EmbeddedBroker broker, List<string> topics)
    {
        CreateOwn(broker, catalog, options.Partitions);
        foreach (var topic in topics)
        {
            if (!broker.Topics.TryGetValue(topic, out var partitions))
            {
                broker.CreateTopic(topic, options.Partitions, new Dictionary<string, string>([AnySize]));
            }
            else if (partitions != options.Partitions)
            {
                throw new UsageException($"--partitions is {options.Partitions}, and {options.Data} has the topic {topic} with {partitions}. Give that number, begin with nothing (--fresh), or use another directory (--data).");
            }
        }
    }

    private async Task CreateAsync(KafkaOptions kafka, List<string> topics)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        try
        {
            await Task.Run(() => admin.GetMetadata(BrokerPatience));
        }
        catch (KafkaException cause)
        {
            throw new UsageException($"--kafka is '{kafka.BootstrapServers}', which does not answer: {cause.Error.Reason}.");
        }

        try
        {
            var own = catalog.Stages.SelectMany(stage => stage.OwnTopics).Select(topic => new TopicSpecification
            {
                Name = topic.Name,
                NumPartitions = topic.IsCompacted ? topic.Partitions : options.Partitions,
                Configs = new Dictionary<string, string>(topic.Settings),
            });
            await admin.CreateTopicsAsync(topics.Select(topic => new TopicSpecification { Name = topic, NumPartitions = options.Partitions }).Concat(own));
        }
        catch (CreateTopicsException refusal) when (refusal.Results.All(result => result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Topics that exist are as good as topics that were created.
        }
    }
}
