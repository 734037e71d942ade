namespace Millrace.Local;

/// <summary>What is remembered of a record while an event is looked for: enough to tell what came of it.</summary>
/// <param name="Topic">The topic, by its place in the list of those that are read.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The offset.</param>
/// <param name="Origin">The offset on the cluster that it was produced to, where a mirror says; -1 where none does.</param>
/// <param name="Id">The event's <c>meta.id</c>, or what stands for one that is no UUID; empty where it has none.</param>
/// <param name="Trace">The trace of its <c>traceparent</c>; empty where it has none.</param>
/// <param name="Milliseconds">The record's timestamp, in Unix milliseconds.</param>
internal readonly record struct TracedRecord(int Topic, int Partition, long Offset, long Origin, Guid Id, Guid Trace, long Milliseconds);
