using Microsoft.Extensions.Logging;

namespace Millrace.Broker.Transactions;

/// <summary>One transactional id: who may use it, and its transaction.</summary>
/// <remarks>
/// Thread-safe. Every change is stored before it counts, and a decision is stored before the first participant is told;
/// whatever fails in between, the next call, the timer or the next start goes on from what is stored. The rules are
/// Kafka's (KIP-98, KIP-360, KIP-588); the errors are those of the newest versions of the requests.
/// </remarks>
internal sealed partial class Transaction : IDisposable
{
    /// <summary>How many groups a transaction may hold.</summary>
    public const int MaxGroups = 1_000;

    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _id;
    private readonly ITransactionStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TransactionParticipants _participants;
    private readonly ITimer _timer;
    private volatile TransactionEntry _current;
    private volatile bool _removed;
    private bool _stopped;

    public Transaction(string id, TransactionEntry entry, ITransactionStore store, TimeProvider time, ILogger logger, TransactionParticipants participants)
    {
        (_id, _current, _store, _time, _logger, _participants) = (id, entry, store, time, logger, participants);
        _timer = time.CreateTimer(static self => ((Transaction)self!).OnTimeout(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What is stored of it. Read without waiting: it may be replaced at any time.</summary>
    public TransactionEntry Current => _current;

    /// <summary>Whether the id has expired: this object is of no more use, another may take its place.</summary>
    public bool IsRemoved => _removed;

    /// <summary>Stops its timer, after waiting for what the timer does.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            _timer.Dispose();
        }
    }

    /// <summary>Makes somebody the producer of the id, after aborting the transaction of the one before.</summary>
    /// <param name="expected">What the caller was given before; none if it comes for the first time.</param>
    /// <param name="timeout">How long its transactions may take.</param>
    /// <param name="ids">Where a new producer id comes from.</param>
    /// <param name="producer">What the caller is from now on; none with an error.</param>
    public KafkaError Initialise(ProducerIdentity expected, TimeSpan timeout, ProducerIds ids, out ProducerIdentity producer)
    {
        var given = ProducerIdentity.None;
        var error = Exclusively(() =>
        {
            if (expected != ProducerIdentity.None && _current.Producer != ProducerIdentity.None)
            {
                if (expected == _current.Last)
                {
                    given = _current.Producer;
                    return KafkaError.None;
                }

                if (expected != _current.Producer)
                {
                    return KafkaError.ProducerFenced;
                }
            }

            if (_current.State is TransactionState.Ongoing)
            {
                FenceAndAbort(expected);
            }

            var before = _current.Producer;
            given = before == ProducerIdentity.None || before.IsExhausted ? new(ids.Next(), 0) : before.Raised;
            Become(new TransactionEntry { Producer = given, Last = expected, Timeout = timeout });
            return KafkaError.None;
        });
        producer = error is KafkaError.None ? given : ProducerIdentity.None;
        return error;
    }

    /// <summary>Takes partitions into the transaction, which begins if there is none.</summary>
    public KafkaError Add(ProducerIdentity producer, IReadOnlyCollection<TransactionPartition> partitions) => Exclusively(producer, () =>
    {
        if (_current.State is not TransactionState.Ongoing || !_current.Partitions.IsSupersetOf(partitions))
        {
            Extend(Begun() with { Partitions = _current.Partitions.Concat(partitions).ToHashSet() });
        }

        return KafkaError.None;
    });

    /// <summary>Takes a group's offsets into the transaction, which begins if there is none.</summary>
    public KafkaError Add(ProducerIdentity producer, string group) => Exclusively(producer, () =>
    {
        if (_current.State is TransactionState.Ongoing && _current.Groups.Contains(group))
        {
            return KafkaError.None;
        }

        if (_current.Groups.Count >= MaxGroups)
        {
            return KafkaError.PolicyViolation;
        }

        Extend(Begun() with { Groups = _current.Groups.Append(group).ToHashSet() });
        return KafkaError.None;
    });

    /// <summary>Commits or aborts the transaction; the same again succeeds.</summary>
    public KafkaError End(ProducerIdentity producer, bool committed) => Exclusively(producer, () =>
    {
        switch (_current.State)
        {
            case TransactionState.Ongoing:
                Become(_current with { State = committed ? TransactionState.PrepareCommit : TransactionState.PrepareAbort });
                Finish();
                return KafkaError.None;
            case TransactionState.CompleteCommit when committed:
            case TransactionState.CompleteAbort when !committed:
                return KafkaError.None;
            default:
                return KafkaError.InvalidTxnState;
        }
    });

    /// <summary>Fences the producer of the id, and aborts its transaction if it has one.</summary>
    /// <returns>False if the id has expired.</returns>
    public bool Fence()
    {
        lock (_gate)
        {
            if (_removed)
            {
                return false;
            }

            Finish();
            if (_current.State is TransactionState.Ongoing)
            {
                FenceAndAbort(ProducerIdentity.None);
            }
            else if (_current.Producer.Epoch is >= 0 and < short.MaxValue)
            {
                Become(_current with { Producer = _current.Producer.Raised, Last = ProducerIdentity.None });
            }

            return true;
        }
    }

    /// <summary>Ends what was decided before the broker stopped, and lets the timeout of an ongoing transaction count on.</summary>
    public void Recover()
    {
        lock (_gate)
        {
            if (_current.IsEnding)
            {
                Recovered(_logger, _id, _current.State);
                Finish();
            }

            Arm();
        }
    }

    /// <summary>Removes the id if it was not used since then.</summary>
    public bool Expire(DateTimeOffset unusedSince)
    {
        lock (_gate)
        {
            if (_removed || _current.IsEnding || _current.State is TransactionState.Ongoing || _current.Updated > unusedSince)
            {
                return false;
            }

            _store.Delete(_id);
            _removed = true;
            Dispose();
            return true;
        }
    }

    private KafkaError Exclusively(ProducerIdentity producer, Func<KafkaError> change) => Exclusively(() =>
        _current.Producer.Id != producer.Id ? KafkaError.InvalidProducerIdMapping
        : _current.Producer.Epoch != producer.Epoch ? KafkaError.ProducerFenced
        : change());

    private KafkaError Exclusively(Func<KafkaError> change)
    {
        if (!_gate.TryEnter())
        {
            // Ends may take long, and the client knows how to ask again; everything else is over at once.
            if (_current.IsEnding)
            {
                return KafkaError.ConcurrentTransactions;
            }

            _gate.Enter();
        }

        try
        {
            if (_removed)
            {
                return KafkaError.InvalidProducerIdMapping;
            }

            Finish();
            return change();
        }
        finally
        {
            _gate.Exit();
        }
    }
}
