using System.Buffers.Binary;
using Millrace.Broker.Protocol;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Transactions;

/// <summary>Transactions in the journal: one entry per transactional id, and one for the producer ids.</summary>
internal sealed class JournaledTransactions(Journal journal) : ITransactionStore
{
    private const string Prefix = "txn/";
    private const string ProducerId = "producer-id";

    public IEnumerable<KeyValuePair<string, TransactionEntry>> Transactions() =>
        journal.Read(Prefix).Select(stored => KeyValuePair.Create(stored.Key[Prefix.Length..], WireBytes.To<StoredTransaction>(stored.Value).Entry()));

    public void Store(string transactionalId, TransactionEntry entry) =>
        journal.Write(KeyValuePair.Create<string, byte[]?>(Prefix + transactionalId, WireBytes.Of(StoredTransaction.Of(entry))));

    public void Delete(string transactionalId) => journal.Write(KeyValuePair.Create<string, byte[]?>(Prefix + transactionalId, null));

    public long FirstFreeProducerId()
    {
        foreach (var (key, value) in journal.Read(ProducerId))
        {
            if (key == ProducerId)
            {
                return BinaryPrimitives.ReadInt64BigEndian(value);
            }
        }

        return 0;
    }

    public void ReserveProducerIds(long limit)
    {
        var value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, limit);
        journal.Write(KeyValuePair.Create<string, byte[]?>(ProducerId, value));
    }
}
