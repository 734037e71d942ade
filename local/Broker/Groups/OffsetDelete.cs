using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Deletes committed offsets of a group.</summary>
internal sealed class OffsetDeleteRequest : IRequest
{
    public string GroupId = "";
    public List<ByTopic<Partition>> Topics = [];

    public static ApiKey Key => ApiKey.OffsetDelete;

    public static VersionRange Versions => new(0, 0, VersionRange.Never);

    public IWireStruct Refuse(KafkaError error) => new OffsetDeleteResponse { Error = error };

    public void Describe(Wire wire)
    {
        wire.String(ref GroupId);
        wire.Array(ref Topics);
        wire.Tags();
    }

    /// <summary>A partition whose offset is to be deleted.</summary>
    internal sealed class Partition : IWireStruct
    {
        public int Index;

        public void Describe(Wire wire)
        {
            wire.Int32(ref Index);
            wire.Tags();
        }
    }
}

/// <summary>Which of the offsets are deleted.</summary>
internal sealed class OffsetDeleteResponse : IWireStruct
{
    public KafkaError Error;
    public int ThrottleTimeMs;
    public List<ByTopic<PartitionError>> Topics = [];

    public void Describe(Wire wire)
    {
        wire.Error(ref Error);
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Topics);
        wire.Tags();
    }
}
