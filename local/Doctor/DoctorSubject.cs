using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>What <c>millrace doctor</c> looks at: a catalog, the settings that stages would run with, and a cluster.</summary>
internal sealed class DoctorSubject(StageCatalog catalog, KafkaOptions kafka, IConfiguration settings, Cluster cluster, TimeProvider time) : IDisposable
{
    /// <summary>The stages and their streams.</summary>
    public StageCatalog Catalog => catalog;

    /// <summary>How to reach the brokers.</summary>
    public KafkaOptions Kafka => kafka;

    /// <summary>The settings of the function app.</summary>
    public IConfiguration Settings => settings;

    /// <summary>The brokers, as they answer.</summary>
    public Cluster Cluster => cluster;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Schema repositories; empty is the app's own.</summary>
    public IReadOnlyList<string> Schemas { get; init; } = [];

    /// <summary>A directory whose disk takes what is written on this machine.</summary>
    public string Data { get; init; } = ".";

    /// <summary>All topics that stages read or write, each once, with the stream and what becomes of it without the topic.</summary>
    public IEnumerable<(string Topic, StreamDefinition Stream)> Topics => catalog.Stages
        .SelectMany(stage => stage.Inputs.Concat(stage.Outputs.Select(output => output.Stream)).Append(stage.ErrorStream))
        .SelectMany(stream => stream.Topics.Select(topic => (topic, stream)))
        .DistinctBy(pair => pair.topic);

    /// <summary>The partitions of the topics that a stage reads, as far as the topics exist.</summary>
    public IReadOnlyList<TopicPartition> PartitionsRead(StageDefinition stage) => [.. stage.InputTopics.Distinct().SelectMany(cluster.PartitionsOf)];

    /// <summary>Closes the connections.</summary>
    public void Dispose() => cluster.Dispose();
}
