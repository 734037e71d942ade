using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Joins a group, or joins it again.</summary>
internal sealed class JoinGroupRequest : IRequest
{
    public string GroupId = "";
    public int SessionTimeoutMs;
    public int RebalanceTimeoutMs = -1;
    public string MemberId = "";
    public string? GroupInstanceId;
    public string ProtocolType = "";
    public List<Protocol> Protocols = [];
    public string? Reason;

    public static ApiKey Key => ApiKey.JoinGroup;

    public static VersionRange Versions => new(0, 9, FlexibleFrom: 6);

    public IWireStruct Refuse(KafkaError error) => new JoinGroupResponse { Error = error, MemberId = MemberId };

    public void Describe(Wire wire)
    {
        wire.String(ref GroupId);
        wire.Int32(ref SessionTimeoutMs);
        wire.Int32(ref RebalanceTimeoutMs, since: 1);
        wire.String(ref MemberId);
        wire.NullableString(ref GroupInstanceId, since: 5);
        wire.String(ref ProtocolType);
        wire.Array(ref Protocols);
        wire.NullableString(ref Reason, since: 8);
        wire.Tags();
    }

    /// <summary>An assignor that the member supports, with what it wants to tell it.</summary>
    internal sealed class Protocol : IWireStruct
    {
        public string Name = "";
        public ReadOnlyMemory<byte> Metadata;

        public void Describe(Wire wire)
        {
            wire.String(ref Name);
            wire.Bytes(ref Metadata);
            wire.Tags();
        }
    }
}

/// <summary>The generation that the member is in; the leader also learns who else is.</summary>
internal sealed class JoinGroupResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public KafkaError Error;
    public int GenerationId = -1;
    public string? ProtocolType;
    public string? ProtocolName = "";
    public string Leader = "";
    public bool SkipAssignment;
    public string MemberId = "";
    public List<Member> Members = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 2);
        wire.Error(ref Error);
        wire.Int32(ref GenerationId);
        wire.NullableString(ref ProtocolType, since: 7);
        wire.NullableString(ref ProtocolName);
        wire.String(ref Leader);
        wire.Bool(ref SkipAssignment, since: 9);
        wire.String(ref MemberId);
        wire.Array(ref Members);
        wire.Tags();
    }

    /// <summary>A member of the generation, with what it tells the assignor that was chosen.</summary>
    internal sealed class Member : IWireStruct
    {
        public string MemberId = "";
        public string? GroupInstanceId;
        public ReadOnlyMemory<byte> Metadata;

        public void Describe(Wire wire)
        {
            wire.String(ref MemberId);
            wire.NullableString(ref GroupInstanceId, since: 5);
            wire.Bytes(ref Metadata);
            wire.Tags();
        }
    }
}
