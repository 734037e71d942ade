namespace Millrace.Local;

/// <summary>Where a scaler learns how far a stage's group is.</summary>
internal interface IOffsetSource
{
    /// <summary>The committed offsets and the ends of the stage's topics, at this moment.</summary>
    /// <exception cref="Confluent.Kafka.KafkaException">The brokers do not answer.</exception>
    IReadOnlyList<TopicOffsets> Read();
}
