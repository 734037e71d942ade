using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Serving;

/// <summary>Reads what one client asks for: its own consumer, outside any consumer group.</summary>
internal sealed class RecordFeed : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IConsumer<byte[], byte[]> _consumer;

    private RecordFeed(IConsumer<byte[], byte[]> consumer, ReadPositions positions) => (_consumer, Positions) = (consumer, positions);

    /// <summary>How far the client has come; whoever reads notes it.</summary>
    public ReadPositions Positions { get; }

    /// <summary>Finds the partitions, and where to begin in each.</summary>
    /// <exception cref="StreamRefusedException">A stream has no topic on this cluster (404).</exception>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse.</exception>
    public static async Task<RecordFeed> OpenAsync(StreamQuery query, KafkaOptions kafka, ServingOptions options, long now)
    {
        var consumer = new ConsumerBuilder<byte[], byte[]>(Configure(kafka, options)).SetLogHandler((_, _) => { }).Build();
        try
        {
            using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
            var cluster = (await admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = Patience }).ConfigureAwait(false)).ClusterId;

            // The client blocks until brokers answer: on a thread of its own, so that clients do not wait for each other's.
            var partitions = await Task.Factory.StartNew(
                () => query.Streams.SelectMany(stream => PartitionsOf(admin, stream).Select(partition => (stream, partition))).ToList(),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            var points = partitions.ToDictionary(entry => entry.partition, entry => StartPoint.Of(entry.partition, entry.stream, query, cluster));
            var starts = await FindAsync(admin, points).ConfigureAwait(false);
            var positions = new ReadPositions(starts, cluster, now);
            consumer.Assign(starts.Select(start => new TopicPartitionOffset(start.Key.Topic, start.Key.Partition, start.Value.Offset)));
            return new RecordFeed(consumer, positions);
        }
        catch
        {
            consumer.Dispose();
            throw;
        }
    }

    /// <summary>The next record; null where none is there yet.</summary>
    /// <exception cref="ConsumeException">A partition cannot be read.</exception>
    public ConsumeResult<byte[], byte[]>? TryRead() => _consumer.Consume(TimeSpan.Zero);

    /// <summary>Closes the connections, which takes a moment. There is no group to leave.</summary>
    public async ValueTask DisposeAsync() => await Task.Factory.StartNew(
        _consumer.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);

    private static ConsumerConfig Configure(KafkaOptions kafka, ServingOptions options)
    {
        // The library wants a group's name. Nothing is ever committed, and nobody joins: brokers know of no such group.
        var config = kafka.CreateConsumerConfig("millrace-eventstreams");
        config.IsolationLevel = IsolationLevel.ReadCommitted;
        config.EnableAutoOffsetStore = false;
        config.QueuedMaxMessagesKbytes = options.ReadAheadKilobytes;

        // How long the library reads no further once that is full: by itself a second, in which a client that takes all has nothing.
        config.FetchQueueBackoffMs = 10;
        config.MaxPartitionFetchBytes = Math.Min(256, options.ReadAheadKilobytes) * 1024;
        config.FetchMaxBytes = Math.Max(config.MessageMaxBytes ?? 1_000_000, options.ReadAheadKilobytes * 1024);
        return config;
    }

    // A topic that is not there is one that another datacenter's mirror has not brought yet.
    private static List<StreamPartition> PartitionsOf(IAdminClient admin, StreamDefinition stream)
    {
        var partitions = new List<StreamPartition>();
        foreach (var topic in stream.Topics)
        {
            var found = admin.GetMetadata(topic, Patience).Topics.Single();
            if (found.Error.IsError && found.Error.Code != ErrorCode.UnknownTopicOrPart)
            {
                throw new KafkaException(found.Error);
            }

            partitions.AddRange(found.Partitions.Select(partition => new StreamPartition(topic, partition.PartitionId)));
        }

        return partitions.Count > 0 ? partitions : throw new StreamRefusedException(404, $"Stream '{stream.Name}' has none of its topics on this cluster: {string.Join(", ", stream.Topics)}.");
    }

    private static async Task<Dictionary<StreamPartition, (long Offset, long? Time)>> FindAsync(IAdminClient admin, Dictionary<StreamPartition, StartPoint> points)
    {
        var ends = await AskAsync(admin, points.Keys.Select(partition => (partition, OffsetSpec.Latest()))).ConfigureAwait(false);
        var times = points.Where(point => point.Value.Time is not null && !(point.Value.Offset <= ends[point.Key])).ToList();
        var found = times.Count == 0 ? [] : await AskAsync(admin, times.Select(point => (point.Key, OffsetSpec.ForTimestamp(point.Value.Time!.Value)))).ConfigureAwait(false);

        // Where no record is as late as the time, there is no offset for it.
        return points.ToDictionary(point => point.Key, point => (
            point.Value.Offset is { } offset && offset <= ends[point.Key] ? offset
            : found.TryGetValue(point.Key, out var first) && first >= 0 ? first
            : ends[point.Key], point.Value.Time));
    }

    private static async Task<Dictionary<StreamPartition, long>> AskAsync(IAdminClient admin, IEnumerable<(StreamPartition Partition, OffsetSpec Spec)> questions)
    {
        var answers = await admin.ListOffsetsAsync(
            questions.Select(question => new TopicPartitionOffsetSpec { TopicPartition = new TopicPartition(question.Partition.Topic, question.Partition.Partition), OffsetSpec = question.Spec }),
            new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadCommitted, RequestTimeout = Patience }).ConfigureAwait(false);
        return answers.ResultInfos.Select(info => info.TopicPartitionOffsetError)
            .ToDictionary(answer => new StreamPartition(answer.Topic, answer.Partition.Value), answer => answer.Error.IsError ? throw new KafkaException(answer.Error) : answer.Offset.Value);
    }
}
