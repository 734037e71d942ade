using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>What a consumer tells its assignor first: a version, and the topics that it subscribes to.</summary>
internal sealed class ConsumerSubscription : IWireStruct
{
    public short Version;
    public List<string> Topics = [];

    /// <summary>Reads it from the metadata of a member; null if they are something else.</summary>
    public static ConsumerSubscription? Read(ReadOnlyMemory<byte> metadata)
    {
        var subscription = new ConsumerSubscription();
        try
        {
            subscription.Describe(new WireReader(metadata.ToArray(), version: 0, flexible: false));
            return subscription;
        }
        catch (WireException)
        {
            return null;
        }
    }

    public void Describe(Wire wire)
    {
        wire.Int16(ref Version);
        wire.Strings(ref Topics);
        wire.Tags();
    }
}
