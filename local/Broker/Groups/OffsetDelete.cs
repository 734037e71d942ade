using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Deletes committed offsets of a group.</summary>
internal sealed class OffsetDeleteRequest : IRequest
{
    public string GroupId = "";
    public List<Topic> Topics = [];

    public static ApiKey Key => ApiKey.OffsetDelete;

    public static VersionRange Versions => new(0, 0, VersionRange.Never);

    public IWireStruct Refuse(KafkaError error) => new OffsetDeleteResponse { Error = error };

    public void Describe(Wire wire)
    {
        wire.String(ref GroupId);
        wire.Array(ref Topics);
        wire.Tags();
    }

    /// <summary>Partitions of one topic.</summary>
    internal sealed class Topic : IWireStruct
    {
        public string Name = "";
        public List<Partition> Partitions = [];

        public void Describe(Wire wire)
        {
            wire.String(ref Name);
            wire.Array(ref Partitions);
            wire.Tags();
        }
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
    public List<Topic> Topics = [];

    public void Describe(Wire wire)
    {
        wire.Error(ref Error);
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Topics);
        wire.Tags();
    }

    /// <summary>Partitions of one topic.</summary>
    internal sealed class Topic : IWireStruct
    {
        public string Name = "";
        public List<Partition> Partitions = [];

        public void Describe(Wire wire)
        {
            wire.String(ref Name);
            wire.Array(ref Partitions);
            wire.Tags();
        }
    }

    /// <summary>Whether the offset of one partition is deleted.</summary>
    internal sealed class Partition : IWireStruct
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
}
