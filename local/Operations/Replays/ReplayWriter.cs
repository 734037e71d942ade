using Confluent.Kafka;
using Millrace.Core;
using Millrace.Kafka;

namespace Millrace.Local;

/// <summary>Writes replays to one stage, each together with the mark of its error event, in transactions.</summary>
/// <remarks>
/// There is one writer for a stage at a time, <c>transactional.id</c> = <c>STAGE.replay</c>: opening it ends what the one before
/// had begun, and only then are the marks read. So whoever was killed at any point is completed by whoever asks for the same.
/// </remarks>
internal sealed class ReplayWriter : IDisposable
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    // By then the brokers have given up every transaction that was open.
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromSeconds(90);

    private readonly StageDefinition _stage;
    private readonly KafkaOptions _kafka;
    private readonly IProducer<byte[]?, byte[]?> _producer;

    private ReplayWriter(StageDefinition stage, KafkaOptions kafka)
    {
        (_stage, _kafka) = (stage, kafka);
        var config = kafka.CreateTransactionalConfig(stage.ReplayTopic, int.MaxValue / 4);
        _producer = new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    /// <summary>Takes the stage over from whoever replays to it.</summary>
    /// <exception cref="KafkaException">The brokers do not answer, or refuse.</exception>
    public static async Task<ReplayWriter> OpenAsync(StageDefinition stage, KafkaOptions kafka)
    {
        var writer = new ReplayWriter(stage, kafka);
        try
        {
            await Task.Run(() => writer._producer.InitTransactions(AnswerTime));
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>The marks as they are now that nobody but the stage writes any.</summary>
    /// <exception cref="UsageException">A transaction stays open, so that they cannot be read.</exception>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public async Task<ErrorMarks> ReadMarksAsync(ClusterReader cluster, TopicScan scan, CancellationToken cancellation)
    {
        var ends = await SettledAsync(cluster, _stage.ResolvedTopic, cancellation);
        return await ErrorMarks.ReadAsync(scan, [.. ends.Select(end => new ScanRange(end.Key, end.Value.Begin, end.Value.Stable))], cancellation);
    }

    /// <summary>Writes records and marks in one transaction.</summary>
    /// <param name="records">The records, in order, each with its error event.</param>
    /// <param name="request">The request.</param>
    /// <param name="isEdited">Whether they are corrected copies.</param>
    /// <param name="reached">Told of the steps within.</param>
    /// <exception cref="UsageException">Another one has taken the stage over.</exception>
    /// <exception cref="KafkaException">The brokers do not take it; whether it was committed is told by the marks.</exception>
    public async Task WriteAsync(IReadOnlyList<(FailedRecord Failed, EventRecord Record)> records, Guid request, bool isEdited, Action<ReplayStep> reached)
    {
        try
        {
            _producer.BeginTransaction();
            reached(ReplayStep.Begun);
            await Task.Run(() => Produce(records, request, isEdited));
            reached(ReplayStep.Written);
            await Task.Run(() => _producer.CommitTransaction(AnswerTime));
        }
        catch (KafkaException refused) when (refused.Error.Code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch)
        {
            throw new UsageException($"Another `millrace errors replay` has begun to replay to {_stage.Name}: this one gives way, and has replayed nothing of what it was about to.");
        }
        catch (KafkaException)
        {
            Abort();
            throw;
        }
    }

    /// <summary>Writes a record without an event at the end of each partition that ends with a marker: see <see cref="ReplayStamp.EndHeader"/>.</summary>
    /// <exception cref="UsageException">A transaction stays open.</exception>
    /// <exception cref="KafkaException">The brokers do not take it.</exception>
    public async Task EndAsync(ClusterReader cluster)
    {
        var written = (await SettledAsync(cluster, _stage.ReplayTopic, CancellationToken.None)).Where(end => end.Value.Stable > end.Value.Begin).ToList();
        var records = await cluster.FirstAsync([.. written.Select(end => new TopicPartitionOffset(end.Key, end.Value.Stable - 1))]);
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(_kafka.CreateProducerConfig()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        await Task.WhenAll(written.Where(end => !records.ContainsKey(end.Key)).Select(end => producer.ProduceAsync(
            end.Key, new Message<byte[]?, byte[]?> { Headers = [new Header(ReplayStamp.EndHeader.Name, ReplayStamp.EndHeader.Value)] })));
    }

    /// <summary>Closes the connections; a transaction that was begun comes to nothing.</summary>
    public void Dispose() => _producer.Dispose();

    // While a transaction is open, what was committed behind where it began cannot be read: it is waited for.
    private async Task<IReadOnlyDictionary<TopicPartition, PartitionEnds>> SettledAsync(ClusterReader cluster, string topic, CancellationToken cancellation)
    {
        var partitions = await cluster.PartitionsAsync([topic]);
        var before = await cluster.EndsAsync(partitions);
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            var now = await cluster.EndsAsync(partitions);
            if (partitions.All(partition => now[partition].Stable >= before[partition].End))
            {
                return now;
            }

            if (TimeProvider.System.GetElapsedTime(started) > LongestTransaction)
            {
                throw new UsageException($"A transaction on {topic} has been open for {LongestTransaction}, and hides what was written behind it. Look at the replicas of {_stage.Name}, and ask again.");
            }

            await Task.Delay(Poll, TimeProvider.System, cancellation);
        }
    }

    private void Produce(IReadOnlyList<(FailedRecord Failed, EventRecord Record)> records, Guid request, bool isEdited)
    {
        Error? failure = null;
        foreach (var (failed, record) in records)
        {
            var headers = new Headers();
            foreach (var header in record.Headers)
            {
                headers.Add(header.Name, header.Value);
            }

            var mark = new ErrorMark { ErrorId = failed.Id!.Value, Position = failed.Record.Position, State = ErrorState.Requested, Request = request, Time = record.Timestamp, IsEdited = isEdited }.ToRecord(_stage.ResolvedTopic);
            Hand(new TopicPartition(_stage.ReplayTopic, record.Position.Partition), new() { Key = record.Key, Value = record.Value, Headers = headers, Timestamp = new Timestamp(record.Timestamp) });
            Hand(new TopicPartition(_stage.ResolvedTopic, Partition.Any), new() { Key = mark.Key, Value = mark.Value, Timestamp = new Timestamp(mark.Timestamp) });
        }

        _producer.Flush(AnswerTime);
        if (Volatile.Read(ref failure) is { } error)
        {
            throw new KafkaException(error);
        }

        void Hand(TopicPartition partition, Message<byte[]?, byte[]?> message)
        {
            while (true)
            {
                try
                {
                    _producer.Produce(partition, message, report =>
                    {
                        if (report.Error.IsError)
                        {
                            Interlocked.CompareExchange(ref failure, report.Error, null);
                        }
                    });
                    return;
                }
                catch (ProduceException<byte[]?, byte[]?> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
                {
                    _producer.Flush(Poll);
                }
            }
        }
    }

    private void Abort()
    {
        try
        {
            _producer.AbortTransaction(AnswerTime);
        }
        catch (KafkaException)
        {
            // Whoever is next ends it.
        }
    }
}
