namespace Millrace.Broker.Groups;

/// <summary>A partition that a group has an offset of.</summary>
internal readonly record struct TopicPartition(string Topic, int Partition);
