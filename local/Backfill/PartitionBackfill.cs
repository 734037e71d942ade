using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Runs a stage over some records of one partition, as its trigger would, in a group of the backfill's own.</summary>
internal sealed class PartitionBackfill
{
    // As host.json has it for triggers.
    private const int MaxBatch = 1000;
    private const long MaxBatchBytes = 16 * 1024 * 1024;
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(200);

    private readonly PlannedPartition _planned;
    private readonly StageRunner _runner;
    private readonly ConsumerConfig _config;
    private long _next;

    /// <param name="planned">The records.</param>
    /// <param name="runner">The stage.</param>
    /// <param name="kafka">The brokers.</param>
    /// <param name="identity">The group that says, beside the checkpoint, how far it is.</param>
    /// <param name="settled">What is settled already, by an earlier run.</param>
    public PartitionBackfill(PlannedPartition planned, StageRunner runner, KafkaOptions kafka, string identity, long settled)
    {
        (_planned, _runner) = (planned, runner);
        _next = Math.Clamp(settled, planned.From, planned.To);
        Start = _next;
        _config = kafka.CreateConsumerConfig(identity);
        _config.EnablePartitionEof = true;
        _config.QueuedMaxMessagesKbytes = (int)(MaxBatchBytes / 1024);

        // Records that are gone by now must not be passed over in silence.
        _config.AutoOffsetReset = AutoOffsetReset.Error;
    }

    /// <summary>The partition, and what of it is to be done.</summary>
    public PlannedPartition Planned => _planned;

    /// <summary>Where this run began.</summary>
    public long Start { get; }

    /// <summary>The first offset that is not settled yet.</summary>
    public long Next => Interlocked.Read(ref _next);

    /// <summary>Works until all is settled.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted; what had left in order is settled.</exception>
    /// <exception cref="KafkaException">The partition cannot be read.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (Next >= _planned.To)
        {
            return;
        }

        using var consumer = new ConsumerBuilder<byte[], byte[]>(_config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(_planned.Partition, Next));
        while (Next < _planned.To)
        {
            var (batch, next) = await Task.Factory.StartNew(() => Read(consumer, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            if (batch.Count > 0)
            {
                await SettleAsync(batch, cancellation);
            }

            Interlocked.Exchange(ref _next, next);
            await Task.Run(() => Commit(consumer, next), CancellationToken.None);
        }
    }

    private (List<EventRecord> Batch, long Next) Read(IConsumer<byte[], byte[]> consumer, CancellationToken cancellation)
    {
        var batch = new List<EventRecord>();
        var (next, bytes) = (Next, 0L);
        while (next < _planned.To && batch.Count < MaxBatch && bytes < MaxBatchBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            var found = Consume(consumer, batch.Count == 0 ? PollTime : TimeSpan.Zero);
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
            next = found is null ? next : Math.Clamp(found.IsPartitionEOF ? found.Offset.Value : found.Offset.Value + 1, next, _planned.To);
        }

        return (batch, next);
    }

    private ConsumeResult<byte[], byte[]>? Consume(IConsumer<byte[], byte[]> consumer, TimeSpan patience)
    {
        try
        {
            return consumer.Consume(patience);
        }
        catch (ConsumeException cause)
        {
            throw new KafkaException(new Error(cause.Error.Code, $"{_planned.Partition.Topic}/{_planned.Partition.Partition.Value} cannot be read from {Next} on: {cause.Error.Reason}"), cause);
        }
    }

    // As the host does: until it is settled. The runner waits between two tries.
    private async Task SettleAsync(List<EventRecord> batch, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await _runner.RunAsync(batch, cancellation);
                return;
            }
            catch (SinkException) when (!cancellation.IsCancellationRequested)
            {
                // The runner has logged it.
            }
        }
    }

    private void Commit(IConsumer<byte[], byte[]> consumer, long next)
    {
        try
        {
            consumer.Commit([new TopicPartitionOffset(_planned.Partition, next)]);
        }
        catch (KafkaException)
        {
            // A hint, as that of a trigger's group: the checkpoint decides, and the next batch commits again.
        }
    }
}
