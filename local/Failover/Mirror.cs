using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Copies the topics of one datacenter into the cluster of another: each partition in order, each record once, its key, value, headers and time as they are.</summary>
/// <remarks>
/// A copy has one header more, <see cref="RecordOrigin"/>. Only topics with the prefix of the datacenter that they come from are
/// copied, so that nothing ever comes back. How far it has come is committed in the target cluster, in the transaction of the
/// copies, as the offsets of the group <c>mirror.DATACENTER</c>. Where either cluster is away, it waits. It stands in for the
/// mirror of a production environment, on one machine.
/// </remarks>
internal sealed class Mirror : IAsyncDisposable
{
    private const int MaxBatch = 1_000;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly string _group;
    private readonly KafkaOptions _source;
    private readonly KafkaOptions _target;
    private readonly string[] _topics;
    private readonly int _maxRecordBytes;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _copying;
    private long _copied;

    private Mirror(string from, KafkaOptions source, KafkaOptions target, IEnumerable<string> topics, int maxRecordBytes)
    {
        (_group, _source, _target, _maxRecordBytes) = ($"mirror.{from}", source, target, maxRecordBytes);
        _topics = [.. topics.Where(topic => topic.StartsWith(from + ".", StringComparison.Ordinal)).Distinct()];
        _copying = Task.Factory.StartNew(Copy, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>How many records it has copied.</summary>
    public long Copied => Interlocked.Read(ref _copied);

    /// <summary>Starts one.</summary>
    /// <param name="from">The datacenter whose topics are copied.</param>
    /// <param name="source">Its cluster.</param>
    /// <param name="target">The other cluster, which has topics of the same names and numbers of partitions.</param>
    /// <param name="topics">Topics of any datacenter; those of others are left out.</param>
    /// <param name="maxRecordBytes">The largest record, in bytes.</param>
    public static Mirror Start(string from, KafkaOptions source, KafkaOptions target, IEnumerable<string> topics, int maxRecordBytes = 1_000_000) =>
        new(from, source, target, topics, maxRecordBytes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _copying;
        _stop.Dispose();
    }

    private void Copy()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                CopyFromCommitted();
            }
            catch (KafkaException)
            {
                // A cluster is away, or an attempt was aborted: begin again from what is committed.
                _stop.Token.WaitHandle.WaitOne(Pause);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void CopyFromCommitted()
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(_target.CreateTransactionalConfig(_group, _maxRecordBytes)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        producer.InitTransactions(AnswerTime);
        using var position = Consumer(_target, _group);
        using var reader = Consumer(_source, _group);
        reader.Assign(Begin(position));
        while (true)
        {
            var batch = Read(reader);
            if (batch.Count > 0)
            {
                Write(batch, producer, position.ConsumerGroupMetadata);
                Interlocked.Add(ref _copied, batch.Count);
            }
        }
    }

    private List<TopicPartitionOffset> Begin(IConsumer<byte[]?, byte[]?> position)
    {
        using var admin = new DependentAdminClientBuilder(position.Handle).Build();
        var partitions = _topics.SelectMany(topic => admin.GetMetadata(topic, AnswerTime).Topics.Single().Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId))).ToList();
        return [.. position.Committed(partitions, AnswerTime).Select(found => found.Offset.Value >= 0 ? found : new TopicPartitionOffset(found.TopicPartition, Offset.Beginning))];
    }

    private List<ConsumeResult<byte[]?, byte[]?>> Read(IConsumer<byte[]?, byte[]?> reader)
    {
        var (batch, bytes) = (new List<ConsumeResult<byte[]?, byte[]?>>(), 0L);
        for (var next = reader.Consume(_stop.Token); next is not null; next = reader.Consume(Linger))
        {
            batch.Add(next);
            bytes += next.Message.Value?.Length ?? 0;
            if (batch.Count == MaxBatch || bytes >= _maxRecordBytes)
            {
                break;
            }
        }

        return batch;
    }

    private static void Write(List<ConsumeResult<byte[]?, byte[]?>> batch, IProducer<byte[]?, byte[]?> producer, IConsumerGroupMetadata group)
    {
        producer.BeginTransaction();
        foreach (var record in batch)
        {
            producer.Produce(record.TopicPartition, new Message<byte[]?, byte[]?>
            {
                Key = record.Message.Key,
                Value = record.Message.Value,
                Timestamp = record.Message.Timestamp,
                Headers = Headers(record),
            });
        }

        var next = batch.GroupBy(record => record.TopicPartition).Select(records => new TopicPartitionOffset(records.Key, records.Last().Offset + 1));
        producer.SendOffsetsToTransaction(next, group, AnswerTime);
        producer.CommitTransaction(AnswerTime);
    }

    private static Headers Headers(ConsumeResult<byte[]?, byte[]?> record)
    {
        var headers = new Headers();
        foreach (var header in record.Message.Headers.Where(header => header.Key != RecordOrigin.HeaderName))
        {
            headers.Add(header.Key, header.GetValueBytes());
        }

        var origin = RecordOrigin.Header(record.Offset.Value);
        headers.Add(origin.Name, origin.Value);
        return headers;
    }

    private static IConsumer<byte[]?, byte[]?> Consumer(KafkaOptions cluster, string group)
    {
        var config = cluster.CreateConsumerConfig(group);
        config.FetchWaitMaxMs = 50;
        return new ConsumerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }
}
