using Confluent.Kafka;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Records as Kafka has them.</summary>
internal sealed class KafkaBackfillSource(ClusterOffsets cluster, BackfillOptions options, KafkaOptions kafka) : IBackfillSource
{
    private readonly BackfillBound _from = BackfillBound.Parse("--from", options.From);
    private readonly BackfillBound? _to = options.To is { } to ? BackfillBound.Parse("--to", to) : null;

    /// <inheritdoc/>
    public long? From(TopicPartition partition) => _from.Resolve(cluster, partition);

    /// <inheritdoc/>
    public long? To(TopicPartition partition) => _to is null ? cluster.End(partition) : _to.Resolve(cluster, partition);

    /// <inheritdoc/>
    public void Require(TopicPartition partition, long next)
    {
        if (cluster.Begin(partition) is var begin && next < begin)
        {
            throw new UsageException($"{partition.Topic}/{partition.Partition.Value} begins at {begin} by now, and this backfill is at {next}: what is between is gone. Begin another one (--name) from what there is.");
        }
    }

    /// <inheritdoc/>
    public IBackfillReader Open(PlannedPartition planned, long next) => new KafkaBackfillReader(planned, next, kafka, options.Identity);
}
