namespace Millrace.Local;

/// <summary>How far a group is in one topic, which is one trigger.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partitions">Its partitions, by number.</param>
/// <param name="RestingLag">The lag that it keeps at rest, <see cref="Core.RestingLag"/>.</param>
internal sealed record TopicOffsets(string Topic, IReadOnlyList<PartitionOffsets> Partitions, long RestingLag = 0);
