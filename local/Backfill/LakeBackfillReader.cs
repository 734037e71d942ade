using System.Text.Json;
using Confluent.Kafka;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Reads events of a partition from a table. How far it is, Kafka keeps, in a group of the backfill's own.</summary>
internal sealed class LakeBackfillReader : IBackfillReader
{
    private readonly PlannedPartition _planned;
    private readonly MessageKey? _key;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly CancellationTokenSource _closing = new();
    private readonly IAsyncEnumerator<EventRecord> _events;
    private bool _ended;

    /// <param name="table">The table.</param>
    /// <param name="planned">The records.</param>
    /// <param name="next">The first of them to read.</param>
    /// <param name="key">How records of the stream are keyed; null where they are not.</param>
    /// <param name="kafka">The brokers.</param>
    /// <param name="identity">The group.</param>
    public LakeBackfillReader(LakeEvents table, PlannedPartition planned, long next, MessageKey? key, KafkaOptions kafka, string identity)
    {
        (_planned, _key) = (planned, key);
        _consumer = new ConsumerBuilder<byte[], byte[]>(kafka.CreateConsumerConfig(identity)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _events = table.ReadAsync(new StreamPartition(planned.Partition.Topic, planned.Partition.Partition.Value), next, planned.To, _closing.Token).GetAsyncEnumerator(_closing.Token);
    }

    /// <inheritdoc/>
    public async Task<(IReadOnlyList<EventRecord> Batch, long Next)> ReadAsync(CancellationToken cancellation)
    {
        var batch = new List<EventRecord>();
        var bytes = 0L;
        while (!_ended && batch.Count < BackfillBatch.MaxRecords && bytes < BackfillBatch.MaxBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            _ended = !await _events.MoveNextAsync();
            if (!_ended)
            {
                batch.Add(Keyed(_events.Current));
                bytes += batch[^1].Size;
            }
        }

        return (batch, _ended ? _planned.To : batch[^1].Position.Offset + 1);
    }

    /// <inheritdoc/>
    public Task CommitAsync(long next) => Task.Run(() =>
    {
        try
        {
            _consumer.Commit([new TopicPartitionOffset(_planned.Partition, next)]);
        }
        catch (KafkaException)
        {
            // The checkpoint decides, and the next batch commits again.
        }
    });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _events.DisposeAsync();
        _consumer.Dispose();
        _closing.Dispose();
    }

    // Events of one key must not overtake one another; a record tells by its key.
    private EventRecord Keyed(EventRecord record)
    {
        if (_key is null)
        {
            return record;
        }

        using var json = JsonDocument.Parse(record.Value);
        return _key.TryCreate(json.RootElement, out var key, out _) ? new EventRecord { Position = record.Position, Key = key, Value = record.Value } : record;
    }
}
