namespace Millrace.Broker.Transactions;

/// <summary>Finds what a transaction writes to.</summary>
/// <param name="Partition">The log of a partition; null if there is no such partition (any more).</param>
/// <param name="Group">The offsets of a group.</param>
/// <remarks>Both are called under the lock of a transaction, and must not call the coordinator.</remarks>
internal sealed record TransactionParticipants(Func<string, int, ITransactionParticipant?> Partition, Func<string, ITransactionParticipant> Group)
{
    /// <summary>Those of a transaction; partitions that are gone do not stand in the way of its end.</summary>
    public IEnumerable<ITransactionParticipant> Of(TransactionEntry entry) =>
        entry.Partitions.Select(one => Partition(one.Topic, one.Partition)).OfType<ITransactionParticipant>().Concat(entry.Groups.Select(Group));
}
