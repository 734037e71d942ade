using Millrace.Broker.Protocol;

namespace Millrace.Broker.Storage;

/// <summary>A batch of an idempotent producer that the partition remembers.</summary>
internal struct ProducerBatch : IWireStruct
{
    public int FirstSequence;
    public int LastSequence;
    public long BaseOffset;

    public void Describe(Wire wire)
    {
        wire.Int32(ref FirstSequence);
        wire.Int32(ref LastSequence);
        wire.Int64(ref BaseOffset);
    }
}
