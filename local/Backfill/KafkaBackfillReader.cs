using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Reads records of a partition from Kafka, in a group of the backfill's own.</summary>
internal sealed class KafkaBackfillReader : IBackfillReader
{
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(200);

    private readonly PlannedPartition _planned;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private long _next;

    /// <param name="planned">The records.</param>
    /// <param name="next">The first of them to read.</param>
    /// <param name="kafka">The brokers.</param>
    /// <param name="identity">The group that says, beside the checkpoint, how far it is.</param>
    public KafkaBackfillReader(PlannedPartition planned, long next, KafkaOptions kafka, string identity)
    {
        (_planned, _next) = (planned, next);
        var config = kafka.CreateConsumerConfig(identity);
        config.EnablePartitionEof = true;
        config.QueuedMaxMessagesKbytes = (int)(BackfillBatch.MaxBytes / 1024);

        // Records that are gone by now must not be passed over in silence.
        config.AutoOffsetReset = AutoOffsetReset.Error;
        _consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _consumer.Assign(new TopicPartitionOffset(planned.Partition, next));
    }

    /// <inheritdoc/>
    public Task<(IReadOnlyList<EventRecord> Batch, long Next)> ReadAsync(CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Read(cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public Task CommitAsync(long next) => Task.Run(() =>
    {
        try
        {
            _consumer.Commit([new TopicPartitionOffset(_planned.Partition, next)]);
        }
        catch (KafkaException)
        {
            // As that of a trigger's group: the checkpoint decides, and the next batch commits again.
        }
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _consumer.Dispose();
        return default;
    }

    private (IReadOnlyList<EventRecord> Batch, long Next) Read(CancellationToken cancellation)
    {
        var batch = new List<EventRecord>();
        var bytes = 0L;
        while (_next < _planned.To && batch.Count < BackfillBatch.MaxRecords && bytes < BackfillBatch.MaxBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            var found = Consume(batch.Count == 0 ? PollTime : TimeSpan.Zero);
            if (found is null && batch.Count > 0)
            {
                break;
            }

            if (found is { IsPartitionEOF: false } && found.Offset.Value < _planned.To)
            {
                var record = found.ToEventRecord();
                batch.Add(record);
                bytes += record.Size;
            }

            // What stands between two records are the ends of transactions, and so may be what stands before the end.
            _next = found is null ? _next : Math.Clamp(found.IsPartitionEOF ? found.Offset.Value : found.Offset.Value + 1, _next, _planned.To);
        }

        return (batch, _next);
    }

    private ConsumeResult<byte[], byte[]>? Consume(TimeSpan patience)
    {
        try
        {
            return _consumer.Consume(patience);
        }
        catch (ConsumeException cause)
        {
            throw new KafkaException(new Error(cause.Error.Code, $"{_planned.Partition.Topic}/{_planned.Partition.Partition.Value} cannot be read from {_next} on: {cause.Error.Reason}"), cause);
        }
    }
}
