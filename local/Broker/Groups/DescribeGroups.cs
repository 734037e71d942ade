using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Asks for the state and the members of groups.</summary>
internal sealed class DescribeGroupsRequest : IRequest
{
    public List<string> Groups = [];
    public bool IncludeAuthorizedOperations;

    public static ApiKey Key => ApiKey.DescribeGroups;

    public static VersionRange Versions => new(0, 5, FlexibleFrom: 5);

    public IWireStruct Refuse(KafkaError error) => new DescribeGroupsResponse
    {
        Groups = [.. Groups.Select(group => new DescribeGroupsResponse.Group { GroupId = group, Error = error })],
    };

    public void Describe(Wire wire)
    {
        wire.Strings(ref Groups);
        wire.Bool(ref IncludeAuthorizedOperations, since: 3);
        wire.Tags();
    }
}

/// <summary>The groups that were asked for.</summary>
internal sealed class DescribeGroupsResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<Group> Groups = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 1);
        wire.Array(ref Groups);
        wire.Tags();
    }

    /// <summary>One of them.</summary>
    internal sealed class Group : IWireStruct
    {
        public KafkaError Error;
        public string GroupId = "";
        public string GroupState = "";
        public string ProtocolType = "";

        /// <summary>The assignor of a stable group.</summary>
        public string ProtocolData = "";
        public List<Member> Members = [];

        /// <summary>A bit for each operation that the caller may do; <see cref="int.MinValue"/> if nobody asked.</summary>
        public int AuthorizedOperations = int.MinValue;

        public void Describe(Wire wire)
        {
            wire.Error(ref Error);
            wire.String(ref GroupId);
            wire.String(ref GroupState);
            wire.String(ref ProtocolType);
            wire.String(ref ProtocolData);
            wire.Array(ref Members);
            wire.Int32(ref AuthorizedOperations, since: 3);
            wire.Tags();
        }
    }

    /// <summary>A member, with what it tells the assignor and what it was assigned.</summary>
    internal sealed class Member : IWireStruct
    {
        public string MemberId = "";
        public string? GroupInstanceId;
        public string ClientId = "";
        public string ClientHost = "";
        public ReadOnlyMemory<byte> MemberMetadata;
        public ReadOnlyMemory<byte> MemberAssignment;

        public void Describe(Wire wire)
        {
            wire.String(ref MemberId);
            wire.NullableString(ref GroupInstanceId, since: 4);
            wire.String(ref ClientId);
            wire.String(ref ClientHost);
            wire.Bytes(ref MemberMetadata);
            wire.Bytes(ref MemberAssignment);
            wire.Tags();
        }
    }
}
