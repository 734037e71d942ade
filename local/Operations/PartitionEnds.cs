namespace Millrace.Local;

/// <summary>From where to where a partition has records.</summary>
/// <param name="Begin">The first offset that there still is.</param>
/// <param name="Stable">The end for those who read what is committed: that of an open transaction's first record, where there is one.</param>
/// <param name="End">The offset that the next record gets.</param>
internal readonly record struct PartitionEnds(long Begin, long Stable, long End);
