using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Millrace.Core;

namespace Millrace.Kafka;

/// <summary>The producer that owns a partition: it alone can write for it, until another of the same transactional id is opened.</summary>
/// <remarks>
/// Opening it ends what its predecessor left (a transaction that was being committed is committed, any other aborted), and
/// only then is the checkpoint read: so it tells of every transaction whose outcome was unknown. Used by one caller at a time.
/// </remarks>
internal sealed partial class FencedProducer
{
    // Each shorter than the 60 s after which the broker itself gives a transaction up.
    private static readonly TimeSpan OpeningTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TransactionTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AbortTime = TimeSpan.FromSeconds(5);

    // A refused record leaves a gap in the client's sequence numbers, which it mends only when the next transaction fails for it.
    private const int MaxFailures = 3;

    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly CheckpointGroup _group;
    private readonly TopicPartition _partition;
    private readonly IProducer<byte[], byte[]> _client;
    private readonly int _batchBytes;
    private Task _writing = Task.CompletedTask;
    private volatile bool _broken;

    // Whether what went wrong in the last write has still to be found.
    private bool _isTracked;

    private FencedProducer(ProducerConfig config, CheckpointGroup group, TopicPartition partition, TimeProvider time, ILogger log)
    {
        (_group, _partition, _time, _log) = (group, partition, time, log);
        Name = config.TransactionalId;
        _batchBytes = config.BatchSize ?? 1_000_000;
        _client = new ProducerBuilder<byte[], byte[]>(config)
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, line) => LogClient(_log, Name, line.Level, line.Message))
            .Build();
    }

    /// <summary>The transactional id.</summary>
    public string Name { get; }

    /// <summary>The first offset of the partition that is not settled.</summary>
    public long Checkpoint { get; private set; }

    /// <summary>Whether it can write no more, or what it last wrote may be there or not: then the next one finds out.</summary>
    public bool IsBroken => _broken;

    /// <summary>Whether another owner of the partition has taken it over.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>Takes the partition over.</summary>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse.</exception>
    /// <exception cref="OperationCanceledException">The host stops.</exception>
    public static FencedProducer Open(ProducerConfig config, CheckpointGroup group, TopicPartition partition, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        var producer = new FencedProducer(config, group, partition, time, log);
        try
        {
            var deadline = new Deadline(time, OpeningTime, cancellation);
            deadline.Call(producer._client.InitTransactions);
            deadline.Call(timeout => producer.Checkpoint = group.Read(partition, timeout), Passes);
            LogOpened(log, producer.Name, producer.Checkpoint);
            return producer;
        }
        catch
        {
            producer._client.Dispose();
            throw;
        }
    }

    /// <summary>Writes outputs and the checkpoint behind them in one transaction.</summary>
    /// <returns>What can never be written; the transaction came to nothing then.</returns>
    /// <exception cref="KafkaException">Nothing was written, or, where the producer <see cref="IsBroken"/> now, perhaps everything.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; as above.</exception>
    public Task<IReadOnlyCollection<RefusedRecord>> WriteAsync(IReadOnlyList<ProcessedRecord> batch, long checkpoint, CancellationToken cancellation)
    {
        var writing = Blocking.RunAsync(() => Write(batch, checkpoint, cancellation));
        _writing = writing;
        return writing;
    }

    /// <summary>Says that nobody waits for what is being written.</summary>
    public void Abandon() => _broken = true;

    /// <summary>Closes the client, once no call is in it any more.</summary>
    public async Task CloseAsync()
    {
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Blocking.RunAsync(_client.Dispose).ConfigureAwait(false);
    }

    private IReadOnlyCollection<RefusedRecord> Write(IReadOnlyList<ProcessedRecord> batch, long checkpoint, CancellationToken cancellation)
    {
        var refusals = new Refusals(_batchBytes);
        for (var failures = 0; ;)
        {
            try
            {
                // Each try that returns false knows more of what is refused, so there is a last one.
                var attempt = new TransactionAttempt(_client, refusals, new Deadline(_time, TransactionTime, cancellation), _isTracked);
                if (TryWrite(attempt, batch, checkpoint, refusals))
                {
                    _isTracked = refusals.Count > 0;
                    return refusals.Certain;
                }

                failures = 0;
            }
            catch (KafkaException failure) when (!_broken && failure.Error.Code is not (ErrorCode.Local_TimedOut or ErrorCode.UnknownTopicOrPart) && ++failures < MaxFailures)
            {
                LogAborted(_log, failure, Name);
            }
        }
    }

    /// <returns>False where a record was refused, and it is to be tried again with what is known now.</returns>
    private bool TryWrite(TransactionAttempt attempt, IReadOnlyList<ProcessedRecord> batch, long checkpoint, Refusals refusals)
    {
        var (known, committing) = (refusals.Count, false);
        try
        {
            _client.BeginTransaction();
            attempt.Produce(batch);
            if (refusals.Certain.Count > 0)
            {
                // All others pass, but a batch is written whole or not at all.
                Abort(attempt);
                return true;
            }

            attempt.Deadline.Call(timeout => _client.SendOffsetsToTransaction([new TopicPartitionOffset(_partition, checkpoint)], _group.Metadata, timeout));
            attempt.Flush();
            committing = true;
            attempt.Deadline.Call(_client.CommitTransaction);
            Checkpoint = checkpoint;
            return true;
        }
        catch (Exception failure)
        {
            _isTracked = true;
            IsFenced |= failure is KafkaException { Error: var error } && IsFencing(error);

            // A transaction with a failed record is not committed, which the last report may be the first to tell. Of any other whose
            // commit failed nobody knows, and nobody guesses: whoever opens the next producer sees it by the checkpoint.
            _broken |= committing && failure is not KafkaTxnRequiresAbortException;
            Abort(attempt);
            _broken |= committing && attempt.Failure is null;
            if (!_broken && refusals.Count > known)
            {
                return false;
            }

            if (attempt.Failure is { } cause && failure is KafkaException)
            {
                throw new KafkaException(cause, failure);
            }

            throw;
        }
    }

    private void Abort(TransactionAttempt attempt)
    {
        if (_broken)
        {
            return;
        }

        try
        {
            new Deadline(_time, AbortTime, CancellationToken.None).Call(_client.AbortTransaction);
            attempt.AwaitReports();
        }
        catch (KafkaException failure)
        {
            _broken = true;
            LogNotAborted(_log, failure, Name);
        }
    }

    private void OnError(Error error)
    {
        _broken |= error.IsFatal;
        IsFenced |= IsFencing(error);
        LogClientError(_log, Name, error.Code, error.Reason, error.IsFatal);
    }

    private static bool IsFencing(Error error) => error.Code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch;

    // A group's first use on a fresh cluster finds no coordinator for a while. What the brokers forbid, they forbid for longer.
    private static bool Passes(KafkaException failure) => !failure.Error.IsFatal && failure.Error.Code is not (
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
        or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed);
}
