using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Millrace.Kafka;

/// <summary>The checkpoints of one stage: the committed offsets of the group <c>STAGE.checkpoint</c>, which has no members.</summary>
/// <remarks>Its consumer never subscribes; it asks for stable offsets only, so that what an open transaction may still change is waited for. Safe for concurrent use.</remarks>
internal sealed partial class CheckpointGroup : IDisposable
{
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly ILogger _log;

    public CheckpointGroup(KafkaOptions options, string stage, ILogger log)
    {
        (_log, Name) = (log, $"{stage}.checkpoint");
        var config = options.CreateConsumerConfig(Name);
        config.ClientId ??= Name;
        config.IsolationLevel = IsolationLevel.ReadCommitted;
        _consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).Build();
        Metadata = _consumer.ConsumerGroupMetadata;
    }

    /// <summary>The group.</summary>
    public string Name { get; }

    /// <summary>What a producer needs to commit offsets of the group.</summary>
    public IConsumerGroupMetadata Metadata { get; }

    /// <summary>The first offset of the partition that is not settled; zero where none is known. Blocks for the brokers' answers.</summary>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse.</exception>
    public long Read(TopicPartition partition, TimeSpan timeout)
    {
        var committed = _consumer.Committed([partition], timeout).Single();
        if (committed.Offset.Value <= 0)
        {
            return 0;
        }

        // A topic that was deleted and made anew begins at zero: its records are none of those that were settled.
        var end = _consumer.QueryWatermarkOffsets(partition, timeout).High.Value;
        if (committed.Offset.Value > end)
        {
            LogBeyondEnd(_log, Name, partition, committed.Offset.Value, end);
            return 0;
        }

        return committed.Offset.Value;
    }

    public void Dispose() => _consumer.Dispose();

    [LoggerMessage(11, LogLevel.Warning, "{Group}: the checkpoint of {Partition} is {Checkpoint}, and the partition ends at {End}: it is not the one that the checkpoint was written for, and is read from its beginning.")]
    private static partial void LogBeyondEnd(ILogger log, string group, TopicPartition partition, long checkpoint, long end);
}
