namespace Millrace.Broker.Protocol;

/// <summary>Whether what was asked of a partition was done; the answer to several requests.</summary>
internal sealed class PartitionError : IWireStruct
{
    public int Index;
    public KafkaError Error;

    public void Describe(Wire wire)
    {
        wire.Int32(ref Index);
        wire.Error(ref Error);
        wire.Tags();
    }
}
