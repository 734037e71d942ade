using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>Says that a member is alive, and asks whether it has to join again.</summary>
internal sealed class HeartbeatRequest : IRequest
{
    public string GroupId = "";
    public int GenerationId;
    public string MemberId = "";
    public string? GroupInstanceId;

    public static ApiKey Key => ApiKey.Heartbeat;

    public static VersionRange Versions => new(0, 4, FlexibleFrom: 4);

    public IWireStruct Refuse(KafkaError error) => new HeartbeatResponse { Error = error };

    public void Describe(Wire wire)
    {
        wire.String(ref GroupId);
        wire.Int32(ref GenerationId);
        wire.String(ref MemberId);
        wire.NullableString(ref GroupInstanceId, since: 3);
        wire.Tags();
    }
}

/// <summary>Whether the member may go on.</summary>
internal sealed class HeartbeatResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public KafkaError Error;

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 1);
        wire.Error(ref Error);
        wire.Tags();
    }
}
