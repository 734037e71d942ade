using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Deletes groups with their offsets.</summary>
internal sealed class DeleteGroupsRequest : IRequest
{
    public List<string> Groups = [];

    public static ApiKey Key => ApiKey.DeleteGroups;

    public static VersionRange Versions => new(0, 2, FlexibleFrom: 2);

    public IWireStruct Refuse(KafkaError error) => new DeleteGroupsResponse
    {
        Results = [.. Groups.Select(group => new DeleteGroupsResponse.Result { GroupId = group, Error = error })],
    };

    public void Describe(Wire wire)
    {
        wire.Strings(ref Groups);
        wire.Tags();
    }
}

/// <summary>Which of the groups are deleted.</summary>
internal sealed class DeleteGroupsResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<Result> Results = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Array(ref Results);
        wire.Tags();
    }

    /// <summary>Whether one of them is.</summary>
    internal sealed class Result : IWireStruct
    {
        public string GroupId = "";
        public KafkaError Error;

        public void Describe(Wire wire)
        {
            wire.String(ref GroupId);
            wire.Error(ref Error);
            wire.Tags();
        }
    }
}
