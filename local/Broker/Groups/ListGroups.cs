using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Asks which groups there are.</summary>
internal sealed class ListGroupsRequest : IRequest
{
    /// <summary>The states that the groups may be in; empty allows all.</summary>
    public List<string> StatesFilter = [];

    public static ApiKey Key => ApiKey.ListGroups;

    public static VersionRange Versions => new(0, 4, FlexibleFrom: 3);

    public IWireStruct Refuse(KafkaError error) => new ListGroupsResponse { Error = error };

    public void Describe(Wire wire)
    {
        wire.Strings(ref StatesFilter, since: 4);
        wire.Tags();
    }
}

/// <summary>The groups.</summary>
internal sealed class ListGroupsResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public KafkaError Error;
    public List<Group> Groups = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 1);
        wire.Error(ref Error);
        wire.Array(ref Groups);
        wire.Tags();
    }

    /// <summary>One of them.</summary>
    internal sealed class Group : IWireStruct
    {
        public string GroupId = "";
        public string ProtocolType = "";
        public string GroupState = "";

        public void Describe(Wire wire)
        {
            wire.String(ref GroupId);
            wire.String(ref ProtocolType);
            wire.String(ref GroupState, since: 4);
            wire.Tags();
        }
    }
}
