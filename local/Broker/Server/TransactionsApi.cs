using Millrace.Broker.Transactions;

namespace Millrace.Broker.Server;

/// <summary>Hands what concerns transactions to their coordinator.</summary>
internal sealed class TransactionsApi(TransactionCoordinator transactions)
{
    public IEnumerable<Api> Apis =>
    [
        Api.Of<InitProducerIdRequest>(transactions.InitProducerId),
        Api.Of<AddPartitionsToTxnRequest>(transactions.AddPartitionsToTxn),
        Api.Of<AddOffsetsToTxnRequest>(transactions.AddOffsetsToTxn),
        Api.Of<EndTxnRequest>(transactions.EndTxn),
    ];
}
