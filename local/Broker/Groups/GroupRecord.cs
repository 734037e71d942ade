using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>What is kept of a group besides its offsets, so that generations never come again.</summary>
internal sealed class GroupRecord : IWireStruct
{
    public int Generation;
    public string ProtocolType = "";

    public void Describe(Wire wire)
    {
        wire.Int32(ref Generation);
        wire.String(ref ProtocolType);
        wire.Tags();
    }
}
