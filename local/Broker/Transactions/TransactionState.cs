namespace Millrace.Broker.Transactions;

/// <summary>Where the last transaction of a transactional id stands. The numbers are stored.</summary>
internal enum TransactionState : sbyte
{
    /// <summary>None has begun since the producer was given its epoch.</summary>
    Empty = 0,

    /// <summary>It takes records and offsets.</summary>
    Ongoing = 1,

    /// <summary>It is decided to be committed; not every participant may know.</summary>
    PrepareCommit = 2,

    /// <summary>It is decided to be aborted; not every participant may know.</summary>
    PrepareAbort = 3,

    /// <summary>It was committed, and every participant knows.</summary>
    CompleteCommit = 4,

    /// <summary>It was aborted, and every participant knows.</summary>
    CompleteAbort = 5,
}
