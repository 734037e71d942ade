using Millrace.Broker.Protocol;

namespace Millrace.Broker.Storage;

/// <summary>The producers of a partition at some point of its log.</summary>
internal sealed class ProducerSnapshot : IWireStruct
{
    public List<ProducerState> Producers = [];

    public void Describe(Wire wire)
    {
        wire.Array(ref Producers);
        wire.Tags();
    }
}
