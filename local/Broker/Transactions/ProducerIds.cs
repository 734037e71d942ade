namespace Millrace.Broker.Transactions;

/// <summary>Gives out producer ids, each once in the broker's life.</summary>
/// <remarks>Thread-safe. Ids are reserved in blocks, so that not every one is a write; what is left of a block when the broker stops is lost.</remarks>
internal sealed class ProducerIds(ITransactionStore store)
{
    /// <summary>How many ids one write reserves.</summary>
    public const int Block = 1_000;

    private readonly Lock _gate = new();
    private long _next = store.FirstFreeProducerId();
    private long _limit = store.FirstFreeProducerId();

    public long Next()
    {
        lock (_gate)
        {
            if (_next == _limit)
            {
                store.ReserveProducerIds(_limit + Block);
                _limit += Block;
            }

            return _next++;
        }
    }
}
