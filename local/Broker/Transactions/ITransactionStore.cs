namespace Millrace.Broker.Transactions;

/// <summary>Where transactions and producer ids are kept: durable when a call returns, and unchanged when it throws.</summary>
internal interface ITransactionStore
{
    /// <summary>Every transactional id with its entry.</summary>
    IEnumerable<KeyValuePair<string, TransactionEntry>> Transactions();

    /// <summary>Replaces the entry of a transactional id.</summary>
    void Store(string transactionalId, TransactionEntry entry);

    /// <summary>Forgets transactional ids.</summary>
    void Delete(string transactionalId);

    /// <summary>The first producer id that was never reserved.</summary>
    long FirstFreeProducerId();

    /// <summary>Reserves the producer ids below the limit.</summary>
    void ReserveProducerIds(long limit);
}
