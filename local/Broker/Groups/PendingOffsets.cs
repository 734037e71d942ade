using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>The offsets that a producer has committed in a transaction that has not ended, as they are kept.</summary>
internal sealed class PendingOffsets : IWireStruct
{
    public short ProducerEpoch;
    public List<Entry> Entries = [];

    public void Describe(Wire wire)
    {
        wire.Int16(ref ProducerEpoch);
        wire.Array(ref Entries);
        wire.Tags();
    }

    public bool Contains(TopicPartition partition) => Entries.Any(entry => entry.TopicPartition == partition);

    /// <summary>The offset of one partition.</summary>
    internal sealed class Entry : IWireStruct
    {
        public string Topic = "";
        public int Partition;
        public CommittedOffset Committed = new();

        public TopicPartition TopicPartition => new(Topic, Partition);

        public void Describe(Wire wire)
        {
            wire.String(ref Topic);
            wire.Int32(ref Partition);
            Committed.Describe(wire);
            wire.Tags();
        }
    }
}
