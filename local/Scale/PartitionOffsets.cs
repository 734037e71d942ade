namespace Millrace.Local;

/// <summary>How far a group is in one partition.</summary>
/// <param name="Committed">The offset that the group has committed; null where it has none.</param>
/// <param name="End">The offset of the next record to be written; null where the broker did not say.</param>
/// <param name="Previous">What was committed when it was last looked at; null where it was not.</param>
internal readonly record struct PartitionOffsets(long? Committed, long? End, long? Previous = null);
