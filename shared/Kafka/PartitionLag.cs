namespace Millrace.Kafka;

/// <summary>How far behind a partition's end its reader is.</summary>
/// <param name="Events">The offsets from the first record that is not committed to the end of what is readable.</param>
/// <param name="Oldest">The timestamp of that record; null where there is none, or it has none.</param>
public readonly record struct PartitionLag(long Events, DateTimeOffset? Oldest);
