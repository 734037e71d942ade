using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Delete topics.</summary>
/// <remarks>Not beyond version 5: from 6 on topics may be named by their ids.</remarks>
internal sealed class DeleteTopicsRequest : IRequest
{
    public List<string> Names = [];
    public int TimeoutMs;

    public static ApiKey Key => ApiKey.DeleteTopics;

    public static VersionRange Versions => new(0, 5, FlexibleFrom: 4);

    public void Describe(Wire wire)
    {
        wire.Strings(ref Names);
        wire.Int32(ref TimeoutMs);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => Answer(_ => error);

    /// <summary>The answer that says of every topic what <paramref name="each"/> says.</summary>
    public DeleteTopicsResponse Answer(Func<string, KafkaError> each) => new() { Topics = Names.ConvertAll(name => new TopicDeleted { Name = name, Error = each(name) }) };
}

internal sealed class DeleteTopicsResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public List<TopicDeleted> Topics = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 1);
        wire.Array(ref Topics);
        wire.Tags();
    }
}

internal sealed class TopicDeleted : IWireStruct
{
    public string Name = "";
    public KafkaError Error;
    public string? ErrorMessage;

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.Error(ref Error);
        wire.NullableString(ref ErrorMessage, since: 5);
        wire.Tags();
    }
}
