namespace Millrace.Local;

/// <summary>Where a stage stands in a partition that it reads.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="End">The offset that the next record gets.</param>
/// <param name="Checkpoint">The first offset that is not settled; null where nothing is, so that the stage begins with the first record.</param>
/// <param name="Committed">What the trigger's group has committed; null where it has nothing.</param>
/// <param name="Lag">The offsets from the first record that is not settled to the end of what can be read; 0 where there is no such record.</param>
/// <param name="LagSeconds">The age of that record by its timestamp, in seconds; 0 where there is none.</param>
internal sealed record PartitionStatus(string Topic, int Partition, long End, long? Checkpoint, long? Committed, long Lag, double LagSeconds)
{
    /// <summary>The offset of the first record of an open transaction, which those who read what is committed do not get past; null where there is none.</summary>
    public long? HeldAt { get; init; }

    /// <summary>Whether there was something to do and nothing of it was settled between two looks, while the group had members.</summary>
    public bool Blocked { get; init; }

    /// <summary>The same partition with what only an earlier look tells.</summary>
    public PartitionStatus Since(PartitionStatus earlier, bool hasMembers) => this with
    {
        Blocked = hasMembers && Lag > 0 && earlier.Lag > 0 && earlier.Checkpoint == Checkpoint,

        // Where a stage writes, there is nearly always a transaction open; one that stays is another matter.
        HeldAt = HeldAt == earlier.HeldAt ? HeldAt : null,
    };
}
