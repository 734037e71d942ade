using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Takes members out of a group; up to version 2 exactly one, known by its member id.</summary>
internal sealed class LeaveGroupRequest : IRequest
{
    public string GroupId = "";

    /// <summary>One, until others are read.</summary>
    public List<LeavingMember> Members = [new()];

    public static ApiKey Key => ApiKey.LeaveGroup;

    public static VersionRange Versions => new(0, 5, FlexibleFrom: 4);

    public IWireStruct Refuse(KafkaError error) => new LeaveGroupResponse { Error = error };

    public void Describe(Wire wire)
    {
        wire.String(ref GroupId);
        if (wire.Version < 3 && wire.IsReading)
        {
            Members = [new LeavingMember()];
        }

        if (wire.Version < 3)
        {
            wire.String(ref Members[0].MemberId);
        }

        wire.Array(ref Members, since: 3);
        wire.Tags();
    }

    /// <summary>Who leaves: a member by its id, or a static member by its instance id, with or without the id that it has now.</summary>
    internal sealed class LeavingMember : IWireStruct
    {
        public string MemberId = "";
        public string? GroupInstanceId;
        public string? Reason;

        public void Describe(Wire wire)
        {
            wire.String(ref MemberId);
            wire.NullableString(ref GroupInstanceId);
            wire.NullableString(ref Reason, since: 5);
            wire.Tags();
        }
    }
}

/// <summary>Who has left.</summary>
internal sealed class LeaveGroupResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public KafkaError Error;
    public List<Member> Members = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 1);
        wire.Error(ref Error);
        wire.Array(ref Members, since: 3);
        wire.Tags();
    }

    /// <summary>Whether one of them has.</summary>
    internal sealed class Member : IWireStruct
    {
        public string MemberId = "";
        public string? GroupInstanceId;
        public KafkaError Error;

        public void Describe(Wire wire)
        {
            wire.String(ref MemberId);
            wire.NullableString(ref GroupInstanceId);
            wire.Error(ref Error);
            wire.Tags();
        }
    }
}
