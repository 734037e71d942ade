using Confluent.Kafka;

namespace Millrace.Local;

/// <summary>Where a backfill has its records from.</summary>
internal interface IBackfillSource
{
    /// <summary>The first offset of a partition that is asked for; null where the backfill is not about this partition.</summary>
    /// <exception cref="UsageException">What is asked for cannot be had.</exception>
    long? From(TopicPartition partition);

    /// <summary>The offset behind the last that is asked for, if the backfill were to begin now; null as before.</summary>
    long? To(TopicPartition partition);

    /// <summary>Makes sure that what is left of a partition can still be read.</summary>
    /// <exception cref="UsageException">It cannot, and what is missing is named.</exception>
    void Require(TopicPartition partition, long next);

    /// <summary>Opens a partition to read it from an offset on.</summary>
    IBackfillReader Open(PlannedPartition planned, long next);
}
