using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>What is looked at: the stages and streams of a catalog, on a cluster.</summary>
/// <param name="Catalog">The stages and streams.</param>
/// <param name="Kafka">How to reach the cluster.</param>
/// <param name="Datacenter">Whose cluster it is; null where there is one only.</param>
internal sealed record Platform(StageCatalog Catalog, KafkaOptions Kafka, string? Datacenter = null)
{
    /// <summary>The settings of the function app, which stand over those of the catalog; secrets of stores are among them.</summary>
    public IConfiguration Settings { get; init; } = new ConfigurationBuilder().Build();

    /// <summary>All streams, those of errors included.</summary>
    public IEnumerable<StreamDefinition> Streams => Catalog.Streams.Streams.Concat(Catalog.Stages.Select(stage => stage.ErrorStream)).DistinctBy(stream => stream.Name);

    /// <summary>The stages that were asked for; all where none was.</summary>
    /// <exception cref="UsageException">There is no such stage.</exception>
    public IReadOnlyList<StageDefinition> Choose(IReadOnlyCollection<string> names) =>
        names.FirstOrDefault(name => !Catalog.TryGet(name, out _)) is { } unknown
            ? throw new UsageException($"--stage is '{unknown}'; the catalog has {string.Join(", ", Catalog.Stages.Select(stage => stage.Name))}.")
            : [.. Catalog.Stages.Where(stage => names.Count == 0 || names.Contains(stage.Name))];

    /// <summary>The topics that carry a stream, or the topic of that name.</summary>
    /// <exception cref="UsageException">There is no such stream.</exception>
    public IReadOnlyList<string> TopicsOf(string stream) =>
        Streams.FirstOrDefault(known => known.Name == stream)?.Topics
        ?? (Streams.Any(known => known.Topics.Contains(stream)) ? [stream] : throw new UsageException($"There is no stream '{stream}'; the catalog has {string.Join(", ", Streams.Select(known => known.Name))}."));

    /// <summary>The name of the stream that a topic carries; the topic's own where the catalog does not know it.</summary>
    public string StreamOf(string topic) => Streams.FirstOrDefault(stream => stream.Topics.Contains(topic))?.Name ?? topic;

    /// <summary>How the client library tells of a cluster that does not answer.</summary>
    public string Explain(KafkaException cause) => $"Kafka at {Kafka.BootstrapServers} does not answer: {cause.Error.Reason} ({cause.Error.Code}). --kafka names other brokers.";
}
