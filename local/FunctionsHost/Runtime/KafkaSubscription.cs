using System.Threading.Channels;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Batch = System.Collections.Generic.IReadOnlyList<Confluent.Kafka.ConsumeResult<byte[]?, byte[]?>>;

namespace Millrace.FunctionsHost;

/// <summary>One consumer's life: a thread that collects batches, and a reader that runs them.</summary>
internal sealed partial class KafkaSubscription : IDisposable
{
    // How soon the thread notices that it is to stop; the client wakes up for records at once.
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    // The client's default.
    private const int DefaultMaxPollIntervalMs = 300_000;

    private static readonly TimeSpan LeavingTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeavingSlice = TimeSpan.FromMilliseconds(5);

    private readonly string _function;
    private readonly KafkaOptions _options;
    private readonly FunctionStatus _status;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly TimeSpan _longestWithoutPoll;
    private readonly PartitionMeter _meter;

    /// <summary>Creates the consumer and subscribes it; the client's refusal of the configuration is thrown.</summary>
    public KafkaSubscription(string function, string topic, ConsumerConfig config, KafkaOptions options, FunctionStatus status, TimeProvider time, ILogger logger)
    {
        (_function, _options, _status, _time, _logger) = (function, options, status, time, logger);
        _longestWithoutPoll = TimeSpan.FromMilliseconds(config.MaxPollIntervalMs ?? DefaultMaxPollIntervalMs) / 4;
        _meter = new PartitionMeter(config.GroupId);
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => OnRevoked(partitions))
            .SetPartitionsLostHandler((_, partitions) => OnLost(partitions))
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, line) => OnLog(line))
            .SetStatisticsHandler((_, json) => Statistics(_logger, _function, json))
            .Build();
        _consumer.Subscribe(topic);
    }

    /// <summary>Collects and runs batches until the token is cancelled; throws if the consumer can go on no longer.</summary>
    public async Task RunAsync(Func<Action<TopicPartitionOffset>, BatchRunner> runner, CancellationToken stop)
    {
        using var run = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var channel = Channel.CreateBounded<Batch>(new BoundedChannelOptions(_options.ExecutorChannelCapacity) { SingleReader = true, SingleWriter = true });
        var running = RunBatchesAsync(runner(_consumer.StoreOffset), channel.Reader, run);
        try
        {
            await Task.Factory.StartNew(() => Collect(channel.Writer, run.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            await run.CancelAsync().ConfigureAwait(false);
            channel.Writer.Complete();
            await running.ConfigureAwait(false);
        }
    }

    /// <summary>Leaves the group and commits what is stored.</summary>
    public void Dispose()
    {
        try
        {
            // The real extension unsubscribes and disposes without closing: its member stays in the group until the session times
            // out, and the next start stalls for as long. That is nothing to imitate.
            GiveBack();
            _consumer.Close();
        }
        catch (KafkaException error)
        {
            NotClosed(_logger, error, _function);
        }

        _consumer.Dispose();
        _status.Close();
    }

    // A change of the assignment that waits to be told of when the consumer closes makes it wait for ever (librdkafka, issue 4884).
    private void GiveBack()
    {
        _consumer.Unsubscribe();
        for (var started = _time.GetTimestamp(); ;)
        {
            // What comes was fetched before, and nothing of it is stored: whoever is next gets it.
            var record = Consume(LeavingSlice);
            if (record is null && (_consumer.Assignment.Count == 0 || _time.GetElapsedTime(started) >= LeavingTime))
            {
                return;
            }
        }
    }

    private static async Task RunBatchesAsync(BatchRunner runner, ChannelReader<Batch> batches, CancellationTokenSource run)
    {
        try
        {
            await runner.RunAsync(batches, run.Token).ConfigureAwait(false);
        }
        catch
        {
            // Without a reader the collecting thread would wait for room for ever.
            await run.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Collect(ChannelWriter<Batch> batches, CancellationToken stop)
    {
        var window = TimeSpan.FromSeconds(_options.SubscriberIntervalInSeconds);
        var batch = new List<ConsumeResult<byte[]?, byte[]?>>();
        while (!stop.IsCancellationRequested)
        {
            var started = _time.GetTimestamp();
            var (received, handedOver) = (false, false);
            while (!stop.IsCancellationRequested && window - _time.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
            {
                if (Consume(left < Slice ? left : Slice) is not { } record)
                {
                    continue;
                }

                received = true;
                batch.Add(record);
                if (batch.Count >= _options.MaxBatchSize)
                {
                    batch = HandOver(batch, batches, stop);
                    handedOver = true;
                }
            }

            // As in the real extension, what came after a full batch waits for the end of the next window.
            if (!handedOver && batch.Count > 0)
            {
                batch = HandOver(batch, batches, stop);
            }

            if (!received)
            {
                stop.WaitHandle.WaitOne(_options.SubscriberIdleBackoffMs);
            }
        }
    }

    private ConsumeResult<byte[]?, byte[]?>? Consume(TimeSpan patience)
    {
        try
        {
            return _consumer.Consume(patience);
        }
        catch (ConsumeException error) when (!error.Error.IsFatal)
        {
            _status.Fail(error);
            ConsumeFailed(_logger, error, _function, error.Error.Reason);
            return null;
        }
    }

    // While as many batches wait as may, the real extension does not poll, and after max.poll.interval.ms its consumer leaves the
    // group although it lives. Here it goes on polling, with its partitions paused: not at once, for that throws away what was fetched.
    private List<ConsumeResult<byte[]?, byte[]?>> HandOver(List<ConsumeResult<byte[]?, byte[]?>> batch, ChannelWriter<Batch> batches, CancellationToken stop)
    {
        var early = new List<ConsumeResult<byte[]?, byte[]?>>();
        if (batches.TryWrite(batch))
        {
            return early;
        }

        Full(_logger, _function, batch.Count);
        var started = _time.GetTimestamp();
        while (!stop.WaitHandle.WaitOne(_options.ChannelFullRetryIntervalInMs) && !batches.TryWrite(batch))
        {
            if (_time.GetElapsedTime(started) >= _longestWithoutPoll)
            {
                // A partition that is assigned in this very call may give a record before it is paused: it is the next batch's first.
                _consumer.Pause(_consumer.Assignment);
                if (Consume(TimeSpan.Zero) is { } record)
                {
                    early.Add(record);
                }
            }
        }

        _consumer.Resume(_consumer.Assignment);
        return early;
    }

    private void OnAssigned(List<TopicPartition> partitions)
    {
        Assigned(_logger, _function, string.Join(", ", partitions));
        _meter.Assigned(partitions.Count);
        _status.Assign(partitions);
    }

    private void OnRevoked(List<TopicPartitionOffset> partitions)
    {
        // The batch that runs goes on: its offsets can then not be stored any more, and another consumer gets the same records.
        Revoked(_logger, _function, string.Join(", ", partitions.Select(partition => partition.TopicPartition)));
        _meter.Revoked(partitions.Count);
        _status.Revoke(partitions.Select(partition => partition.TopicPartition));
    }

    // The group has gone on without this consumer: others may have them already.
    private void OnLost(List<TopicPartitionOffset> partitions)
    {
        Lost(_logger, _function, string.Join(", ", partitions.Select(partition => partition.TopicPartition)));
        _meter.Lost(partitions.Count);
        _status.Revoke(partitions.Select(partition => partition.TopicPartition));
    }

    private void OnError(Error error)
    {
        _status.Fail(new KafkaException(error));
        ClientError(_logger, _function, error.Code, error.Reason);
    }

    private void OnLog(LogMessage line)
    {
        var level = (LogLevel)line.LevelAs(LogLevelType.MicrosoftExtensionsLogging);
        if (_logger.IsEnabled(level))
        {
            ClientLog(_logger, level, _function, line.Facility, line.Message);
        }
    }
}
