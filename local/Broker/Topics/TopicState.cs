using Millrace.Broker.Protocol;
using Millrace.Broker.Requests;

namespace Millrace.Broker.Topics;

/// <summary>A topic as the journal keeps it.</summary>
internal sealed class TopicState : IWireStruct
{
    public Guid Id;
    public int Partitions;
    public List<NewConfig> Overrides = [];

    public void Describe(Wire wire)
    {
        wire.Uuid(ref Id);
        wire.Int32(ref Partitions);
        wire.Array(ref Overrides);
        wire.Tags();
    }
}
