namespace Millrace.Broker.Transactions;

/// <summary>What a transaction coordinator allows.</summary>
internal sealed record TransactionOptions
{
    /// <summary>The longest timeout that a transactional producer may ask for; its shortest is a millisecond.</summary>
    public TimeSpan MaxTransactionTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a transactional id is kept that nobody uses.</summary>
    public TimeSpan IdExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How many transactional ids are kept at most; a further one is refused.</summary>
    public int MaxTransactionalIds { get; init; } = 100_000;
}
