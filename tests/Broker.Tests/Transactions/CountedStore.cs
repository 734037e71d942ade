using Millrace.Broker.Transactions;

namespace Millrace.Broker.Tests.Transactions;

/// <summary>Counts the writes to a store, and calls out before and after each.</summary>
internal sealed class CountedStore(ITransactionStore inner) : ITransactionStore
{
    public int Writes { get; private set; }

    public Action Step { get; set; } = () => { };

    public IEnumerable<KeyValuePair<string, TransactionEntry>> Transactions() => inner.Transactions();

    public void Store(string transactionalId, TransactionEntry entry) => Write(() => inner.Store(transactionalId, entry));

    public void Delete(string transactionalId) => Write(() => inner.Delete(transactionalId));

    public long FirstFreeProducerId() => inner.FirstFreeProducerId();

    public void ReserveProducerIds(long limit) => Write(() => inner.ReserveProducerIds(limit));

    private void Write(Action write)
    {
        Step();
        write();
        Writes++;
        Step();
    }
}
