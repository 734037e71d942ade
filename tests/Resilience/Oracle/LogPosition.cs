namespace Millrace.Resilience;

/// <summary>Where a record stands in the log.</summary>
internal readonly record struct LogPosition(string Topic, int Partition, long Offset);
