using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Asks for a member's part of the assignment; the leader brings everybody's.</summary>
internal sealed class SyncGroupRequest : IRequest
{
    public string GroupId = "";
    public int GenerationId;
    public string MemberId = "";
    public string? GroupInstanceId;
    public string? ProtocolType;
    public string? ProtocolName;
    public List<MemberAssignment> Assignments = [];

    public static ApiKey Key => ApiKey.SyncGroup;

    public static VersionRange Versions => new(0, 5, FlexibleFrom: 4);

    public IWireStruct Refuse(KafkaError error) => new SyncGroupResponse { Error = error };

    public void Describe(Wire wire)
    {
        wire.String(ref GroupId);
        wire.Int32(ref GenerationId);
        wire.String(ref MemberId);
        wire.NullableString(ref GroupInstanceId, since: 3);
        wire.NullableString(ref ProtocolType, since: 5);
        wire.NullableString(ref ProtocolName, since: 5);
        wire.Array(ref Assignments);
        wire.Tags();
    }

    /// <summary>What the leader assigns to one member.</summary>
    internal sealed class MemberAssignment : IWireStruct
    {
        public string MemberId = "";
        public ReadOnlyMemory<byte> Assignment;

        public void Describe(Wire wire)
        {
            wire.String(ref MemberId);
            wire.Bytes(ref Assignment);
            wire.Tags();
        }
    }
}

/// <summary>What is assigned to the member.</summary>
internal sealed class SyncGroupResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public KafkaError Error;
    public string? ProtocolType;
    public string? ProtocolName;
    public ReadOnlyMemory<byte> Assignment;

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 1);
        wire.Error(ref Error);
        wire.NullableString(ref ProtocolType, since: 5);
        wire.NullableString(ref ProtocolName, since: 5);
        wire.Bytes(ref Assignment);
        wire.Tags();
    }
}
