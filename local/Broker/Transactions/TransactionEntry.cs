namespace Millrace.Broker.Transactions;

/// <summary>What is known of a transactional id at one moment; never changed, only replaced.</summary>
internal sealed record TransactionEntry
{
    /// <summary>Of an id that no producer was given yet.</summary>
    public static readonly TransactionEntry New = new();

    /// <summary>The producer that may use the id; after a fencing abort, one that nobody has been given.</summary>
    public ProducerIdentity Producer { get; init; } = ProducerIdentity.None;

    /// <summary>The producer that <see cref="Producer"/> was raised from at its own wish, whose request is answered the same again; otherwise none.</summary>
    public ProducerIdentity Last { get; init; } = ProducerIdentity.None;

    /// <summary>How long a transaction of the producer may take.</summary>
    public TimeSpan Timeout { get; init; }

    public TransactionState State { get; init; }

    public IReadOnlySet<TransactionPartition> Partitions { get; init; } = new HashSet<TransactionPartition>();

    /// <summary>The groups whose offsets are in the transaction.</summary>
    public IReadOnlySet<string> Groups { get; init; } = new HashSet<string>();

    /// <summary>When the transaction began; means something only while it is ongoing.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>When the entry was written.</summary>
    public DateTimeOffset Updated { get; init; }

    /// <summary>Whether the transaction is decided, and its participants are being told.</summary>
    public bool IsEnding => State is TransactionState.PrepareCommit or TransactionState.PrepareAbort;
}
