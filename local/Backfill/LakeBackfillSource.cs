using Confluent.Kafka;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Records as tables of a lake have them, at the positions that they had in Kafka.</summary>
internal sealed class LakeBackfillSource : IBackfillSource
{
    private readonly BackfillOptions _options;
    private readonly KafkaOptions _kafka;
    private readonly StageDefinition _stage;
    private readonly ClusterOffsets _cluster;
    private readonly List<LakeEvents> _tables;
    private readonly Dictionary<StreamPartition, (long From, long To)> _ranges;

    private LakeBackfillSource(BackfillOptions options, KafkaOptions kafka, StageDefinition stage, ClusterOffsets cluster, List<LakeEvents> tables)
    {
        (_options, _kafka, _stage, _cluster, _tables) = (options, kafka, stage, cluster, tables);
        _ranges = tables.SelectMany(table => table.Ranges).GroupBy(range => range.Key).ToDictionary(
            ranges => ranges.Key, ranges => (ranges.Min(range => range.Value.From), ranges.Max(range => range.Value.To)));
    }

    /// <summary>Looks the tables of a stage's streams up.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="kafka">The brokers, which keep how far it is.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="topics">Those of its topics that are asked for.</param>
    /// <param name="cluster">Their offsets, as the brokers have them.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UsageException">A time is none, or the lake has no such table, or no such events.</exception>
    /// <exception cref="CatalogException">A table cannot become events.</exception>
    public static async Task<LakeBackfillSource> OpenAsync(
        BackfillOptions options, KafkaOptions kafka, StageDefinition stage, IReadOnlyList<string> topics, ClusterOffsets cluster, CancellationToken cancellation)
    {
        var (from, to) = (LakeBound("--from", options.From, DateTimeOffset.MinValue), LakeBound("--to", options.To ?? "", DateTimeOffset.MaxValue));
        var files = LakePlace.Open(options.FromLake!, options.LakeConnectionString);
        var present = await LakeTables.ListAsync(files, cancellation);
        if (present.Count == 0)
        {
            throw new UsageException($"--from-lake is '{options.FromLake}'; there is no table in it. It is the directory or container that tables are in.");
        }

        var tables = new List<LakeEvents>();
        foreach (var stream in topics.Select(topic => stage.InputOfTopic(topic)!.Name).Distinct())
        {
            var name = LakeTables.NameOf(stream);
            tables.Add(present.Contains(name)
                ? await LakeEvents.OpenAsync(files, name, from, to, cancellation)
                : throw new UsageException($"--from-lake is '{options.FromLake}'; it has no table '{name}' of stream {stream}, but {string.Join(", ", present)}. Leave the stream out with --topic, if it is not wanted."));
        }

        var source = new LakeBackfillSource(options, kafka, stage, cluster, tables);
        var known = cluster.Partitions(topics).Select(partition => new StreamPartition(partition.Topic, partition.Partition.Value)).ToHashSet();
        return source._ranges.Keys.FirstOrDefault(partition => topics.Contains(partition.Topic) && !known.Contains(partition)) is { Topic: not null } gone
            ? throw new UsageException($"--from-lake is '{options.FromLake}'; it has events of {gone}, a partition that the topic does not have.")
            : source;
    }

    /// <inheritdoc/>
    public long? From(TopicPartition partition) => _ranges.TryGetValue(Of(partition), out var range) ? range.From : null;

    /// <inheritdoc/>
    public long? To(TopicPartition partition) => _ranges.TryGetValue(Of(partition), out var range) ? range.To : null;

    /// <inheritdoc/>
    public void Require(TopicPartition partition, long next)
    {
        if (!_ranges.TryGetValue(Of(partition), out var range))
        {
            throw new UsageException($"--from-lake is '{_options.FromLake}'; it has no event of {Of(partition)} any more, and this backfill is at {next}.");
        }

        // What is settled is kept as an offset of the topic, and beyond its end that is not believed; nor would ids be those of the live stage.
        var end = _cluster.End(partition);
        if (end < range.To)
        {
            throw new UsageException($"--from-lake is '{_options.FromLake}'; it has events of {Of(partition)} up to offset {range.To}, and the topic ends at {end}: it is not the topic that they came from.");
        }
    }

    /// <inheritdoc/>
    public IBackfillReader Open(PlannedPartition planned, long next) =>
        new LakeBackfillReader(_tables.First(table => table.Ranges.ContainsKey(Of(planned.Partition))), planned, next, _stage.InputOfTopic(planned.Partition.Topic)?.Key, _kafka, _options.Identity);

    private static StreamPartition Of(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);

    private static DateTimeOffset LakeBound(string option, string text, DateTimeOffset open) =>
        text.Length == 0 || text == "earliest" ? open
            : BackfillBound.TryParseTime(text, out var time) ? time
            : throw new UsageException($"{option} is '{text}'; allowed beside --from-lake is a time such as 2026-01-31T12:00:00Z{(option == "--from" ? ", or 'earliest'" : "")}.");
}
