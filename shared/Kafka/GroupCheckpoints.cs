using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>The checkpoints that an exactly-once stage has in Kafka, set as the stage itself sets them: by the transactional id of the partition.</summary>
public sealed class GroupCheckpoints : ICheckpoints
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TransactionTime = TimeSpan.FromSeconds(3);

    private readonly KafkaOptions _options;
    private readonly string _stage;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CheckpointGroup _group;

    /// <summary>Those of a stage; connects with the first question.</summary>
    /// <param name="options">How to reach the cluster.</param>
    /// <param name="stage">The stage's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where to log.</param>
    public GroupCheckpoints(KafkaOptions options, string stage, TimeProvider time, ILogger<GroupCheckpoints> log)
    {
        (_options, _stage, _time, _log) = (options, stage, time, log);
        _group = new CheckpointGroup(options, stage, log);
    }

    /// <inheritdoc/>
    /// <remarks>A transaction that is just being committed is waited for; what one that stays open may yet commit, that of a worker which is gone, does not count.</remarks>
    public Task<IReadOnlyDictionary<StreamPartition, long>> ReadAsync(IReadOnlyCollection<StreamPartition> partitions, CancellationToken cancellation) => AskAsync(() => Task.Run<IReadOnlyDictionary<StreamPartition, long>>(
        () =>
        {
            try
            {
                return Read(partitions, IsolationLevel.ReadCommitted, TransactionTime);
            }
            catch (KafkaException)
            {
                return Read(partitions, IsolationLevel.ReadUncommitted, AnswerTime);
            }
        }, cancellation));

    /// <inheritdoc/>
    public Task SetAsync(StreamPartition partition, long offset, CancellationToken cancellation) => AskAsync(async () =>
    {
        var config = _options.CreateTransactionalConfig(TransactionalId.Of(_stage, partition));
        var producer = await Blocking.RunAsync(
            () => FencedProducer.Open(config, _group, new TopicPartition(partition.Topic, partition.Partition), _time, _log, cancellation)).ConfigureAwait(false);
        try
        {
            await producer.WriteAsync([], offset, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await producer.CloseAsync().ConfigureAwait(false);
        }

        return true;
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _group.Dispose();
        return default;
    }

    private Dictionary<StreamPartition, long> Read(IReadOnlyCollection<StreamPartition> partitions, IsolationLevel isolation, TimeSpan patience)
    {
        var config = _options.CreateConsumerConfig(_group.Name);
        config.IsolationLevel = isolation;
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        return consumer.Committed(partitions.Select(partition => new TopicPartition(partition.Topic, partition.Partition)), patience)
            .Where(found => found.Offset.Value >= 0).ToDictionary(found => new StreamPartition(found.Topic, found.Partition.Value), found => found.Offset.Value);
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> question)
    {
        try
        {
            return await question().ConfigureAwait(false);
        }
        catch (KafkaException failure)
        {
            throw new SinkException($"Kafka ({_options.BootstrapServers}), stage {_stage}: {failure.Error.Reason} ({failure.Error.Code}).", failure);
        }
    }
}
