using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Which broker coordinates a group or a transactional producer: here always this one.</summary>
internal sealed class FindCoordinatorRequest : IRequest
{
    public string Name = "";

    /// <summary>0 is a group, 1 a transactional id.</summary>
    public sbyte KeyType;
    public List<string> Names = [];

    public static ApiKey Key => ApiKey.FindCoordinator;

    public static VersionRange Versions => new(0, 4, FlexibleFrom: 3);

    public void Describe(Wire wire)
    {
        wire.String(ref Name, until: 3);
        wire.Int8(ref KeyType, since: 1);
        wire.Strings(ref Names, since: 4);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => Answer(name => new Coordinator { Name = name, Error = error });

    /// <summary>The answer that says of every name what <paramref name="each"/> says.</summary>
    public FindCoordinatorResponse Answer(Func<string, Coordinator> each)
    {
        var one = each(Name);
        return new FindCoordinatorResponse { Error = one.Error, NodeId = one.NodeId, Host = one.Host, Port = one.Port, Coordinators = Names.ConvertAll(name => each(name)) };
    }
}

internal sealed class FindCoordinatorResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public KafkaError Error;
    public string? ErrorMessage;
    public int NodeId = -1;
    public string Host = "";
    public int Port = -1;
    public List<Coordinator> Coordinators = [];

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 1);
        wire.Error(ref Error, until: 3);
        wire.NullableString(ref ErrorMessage, since: 1, until: 3);
        wire.Int32(ref NodeId, until: 3);
        wire.String(ref Host, until: 3);
        wire.Int32(ref Port, until: 3);
        wire.Array(ref Coordinators, since: 4);
        wire.Tags();
    }
}

internal sealed class Coordinator : IWireStruct
{
    public string Name = "";
    public int NodeId = -1;
    public string Host = "";
    public int Port = -1;
    public KafkaError Error;
    public string? ErrorMessage;

    public void Describe(Wire wire)
    {
        wire.String(ref Name);
        wire.Int32(ref NodeId);
        wire.String(ref Host);
        wire.Int32(ref Port);
        wire.Error(ref Error);
        wire.NullableString(ref ErrorMessage);
        wire.Tags();
    }
}
