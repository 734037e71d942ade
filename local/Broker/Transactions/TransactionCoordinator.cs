using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Millrace.Broker.Server;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Transactions;

/// <summary>Gives out producer ids and coordinates the transactions of all transactional ids.</summary>
/// <remarks>
/// Thread-safe. <see cref="Recover"/> has to be called once, before anything is served. An exception of a journal or of
/// a participant passes through; nothing is half done then, only perhaps not finished, which the next request of the
/// transactional id or the next start does.
/// </remarks>
internal sealed class TransactionCoordinator : IDisposable
{
    private readonly ConcurrentDictionary<string, Transaction> _transactions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, Transaction> _byProducer = new();
    private readonly ITransactionStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TransactionOptions _options;
    private readonly TransactionParticipants _participants;
    private readonly ProducerIds _ids;

    /// <summary>Reads what the journal holds.</summary>
    /// <param name="journal">Where transactions and producer ids are kept.</param>
    /// <param name="time">The clock of timeouts and expiry.</param>
    /// <param name="logger">Where timeouts and recoveries are told.</param>
    /// <param name="options">What is allowed.</param>
    /// <param name="partition">The log of a partition; null if there is none.</param>
    /// <param name="group">The offsets of a group.</param>
    public TransactionCoordinator(Journal journal, TimeProvider time, ILogger logger, TransactionOptions options, Func<string, int, ITransactionParticipant?> partition, Func<string, ITransactionParticipant> group)
        : this(new JournaledTransactions(journal), time, logger, options, new TransactionParticipants(partition, group))
    {
    }

    internal TransactionCoordinator(ITransactionStore store, TimeProvider time, ILogger logger, TransactionOptions options, TransactionParticipants participants)
    {
        (_store, _time, _logger, _options, _participants) = (store, time, logger, options, participants);
        _ids = new ProducerIds(store);
        foreach (var (id, entry) in store.Transactions())
        {
            var transaction = Create(id, entry);
            _transactions[id] = transaction;
            _byProducer[entry.Producer.Id] = transaction;
        }
    }

    /// <summary>Stops the timers; what is ongoing stays so until the next start. To be done before the participants and the journal are closed.</summary>
    public void Dispose()
    {
        foreach (var transaction in _transactions.Values)
        {
            transaction.Dispose();
        }
    }

    /// <summary>Ends what was decided before the broker stopped.</summary>
    public void Recover()
    {
        foreach (var transaction in _transactions.Values)
        {
            transaction.Recover();
        }
    }

    /// <summary>Forgets transactional ids that nobody uses any more.</summary>
    /// <returns>How many.</returns>
    public int Maintain()
    {
        var unusedSince = _time.GetUtcNow() - _options.IdExpiry;
        var expired = 0;
        foreach (var (id, transaction) in _transactions)
        {
            if (transaction.Expire(unusedSince))
            {
                _transactions.TryRemove(KeyValuePair.Create(id, transaction));
                _byProducer.TryRemove(KeyValuePair.Create(transaction.Current.Producer.Id, transaction));
                expired++;
            }
        }

        return expired;
    }

    /// <summary>Fences the producer of a transactional id as a new one would, and aborts its transaction.</summary>
    /// <returns>False if there is no such transactional id.</returns>
    public bool Fence(string transactionalId) => Find(transactionalId)?.Fence() ?? false;

    /// <summary>Lets a producer in: with a transactional id, in the place of the one before it, whose transaction is aborted.</summary>
    public InitProducerIdResponse InitProducerId(InitProducerIdRequest request, RequestContext context)
    {
        if (request.TransactionalId is not { } id)
        {
            return new InitProducerIdResponse { ProducerId = _ids.Next(), ProducerEpoch = 0 };
        }

        var expected = new ProducerIdentity(request.ProducerId, request.ProducerEpoch);
        var timeout = TimeSpan.FromMilliseconds(request.TransactionTimeoutMs);
        var error = id.Length is 0 or > short.MaxValue || (expected.Id < 0 != expected.Epoch < 0) ? KafkaError.InvalidRequest
            : timeout <= TimeSpan.Zero || timeout > _options.MaxTransactionTimeout ? KafkaError.InvalidTransactionTimeout
            : KafkaError.None;
        var producer = ProducerIdentity.None;
        if (error is KafkaError.None)
        {
            error = Initialise(id, expected.Id < 0 ? ProducerIdentity.None : expected, timeout, out producer);
        }

        return new InitProducerIdResponse { Error = Translated(error, context, fencedSince: 4), ProducerId = producer.Id, ProducerEpoch = producer.Epoch };
    }

    /// <summary>Takes partitions into a transaction: all of them, or none if one does not exist.</summary>
    public AddPartitionsToTxnResponse AddPartitionsToTxn(AddPartitionsToTxnRequest request, RequestContext context)
    {
        var partitions = request.Topics.SelectMany(topic => topic.Partitions.Select(partition => new TransactionPartition(topic.Name, partition))).ToHashSet();
        var unknown = partitions.Where(one => _participants.Partition(one.Topic, one.Partition) is null).ToHashSet();
        if (unknown.Count > 0)
        {
            return request.Answer(one => unknown.Contains(one) ? KafkaError.UnknownTopicOrPartition : KafkaError.OperationNotAttempted);
        }

        var error = Translated(
            partitions.Count == 0 ? KafkaError.None
            : Find(request.TransactionalId) is { } transaction ? transaction.Add(new(request.ProducerId, request.ProducerEpoch), partitions)
            : KafkaError.InvalidProducerIdMapping,
            context,
            fencedSince: 2);
        return request.Answer(_ => error);
    }

    /// <summary>Takes the offsets of a group into a transaction.</summary>
    public AddOffsetsToTxnResponse AddOffsetsToTxn(AddOffsetsToTxnRequest request, RequestContext context)
    {
        var error = request.GroupId.Length == 0 ? KafkaError.InvalidGroupId
            : Find(request.TransactionalId) is { } transaction ? transaction.Add(new(request.ProducerId, request.ProducerEpoch), request.GroupId)
            : KafkaError.InvalidProducerIdMapping;
        return new AddOffsetsToTxnResponse { Error = Translated(error, context, fencedSince: 2) };
    }

    /// <summary>Commits or aborts a transaction; when it answers, every participant knows.</summary>
    public EndTxnResponse EndTxn(EndTxnRequest request, RequestContext context)
    {
        var error = Find(request.TransactionalId) is { } transaction
            ? transaction.End(new(request.ProducerId, request.ProducerEpoch), request.Committed)
            : KafkaError.InvalidProducerIdMapping;
        return new EndTxnResponse { Error = Translated(error, context, fencedSince: 2) };
    }

    /// <summary>Whether offsets of the group may be written in the transaction; the rule of TxnOffsetCommit.</summary>
    /// <remarks>Takes no lock. Asked under the lock of the group's offsets, it lets nothing slip in behind the end of a transaction.</remarks>
    public KafkaError Check(string transactionalId, long producerId, short epoch, string group) =>
        Find(transactionalId)?.Current is { } entry ? Check(entry, new(producerId, epoch), entry.Groups.Contains(group)) : KafkaError.InvalidProducerIdMapping;

    /// <summary>Whether records may be written to the partition in a transaction of the producer.</summary>
    /// <remarks>Takes no lock. Asked under the lock of the partition's log, it lets nothing slip in behind the end of a transaction.</remarks>
    public KafkaError Check(long producerId, short epoch, string topic, int partition) =>
        _byProducer.GetValueOrDefault(producerId)?.Current is { } entry
            ? Check(entry, new(producerId, epoch), entry.Partitions.Contains(new(topic, partition)))
            : KafkaError.InvalidProducerIdMapping;

    private static KafkaError Check(TransactionEntry entry, ProducerIdentity producer, bool added) =>
        entry.Producer.Id != producer.Id ? KafkaError.InvalidProducerIdMapping
        : entry.Producer.Epoch != producer.Epoch ? KafkaError.InvalidProducerEpoch
        : entry.State is TransactionState.Ongoing && added ? KafkaError.None
        : KafkaError.InvalidTxnState;

    // KIP-588 gave the fenced an error of their own, which older clients do not know.
    private static KafkaError Translated(KafkaError error, RequestContext context, short fencedSince) =>
        error is KafkaError.ProducerFenced && context.Version < fencedSince ? KafkaError.InvalidProducerEpoch : error;

    private KafkaError Initialise(string id, ProducerIdentity expected, TimeSpan timeout, out ProducerIdentity producer)
    {
        while (true)
        {
            if (Find(id) is not { } transaction)
            {
                if (_transactions.Count >= _options.MaxTransactionalIds && Maintain() == 0)
                {
                    producer = ProducerIdentity.None;
                    return KafkaError.PolicyViolation;
                }

                transaction = _transactions.GetOrAdd(id, _ => Create(id, TransactionEntry.New));
            }

            var before = transaction.Current.Producer;
            var error = transaction.Initialise(expected, timeout, _ids, out producer);
            if (error is KafkaError.InvalidProducerIdMapping && transaction.IsRemoved)
            {
                // It has just expired: whoever removed it is about to take it out of the table.
                _transactions.TryRemove(KeyValuePair.Create(id, transaction));
                continue;
            }

            if (error is KafkaError.None)
            {
                _byProducer[producer.Id] = transaction;
                if (before.Id != producer.Id)
                {
                    _byProducer.TryRemove(before.Id, out _);
                }
            }

            return error;
        }
    }

    private Transaction Create(string id, TransactionEntry entry) => new(id, entry, _store, _time, _logger, _participants);

    private Transaction? Find(string id) => _transactions.GetValueOrDefault(id);
}
