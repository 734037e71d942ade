using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Which requests the broker answers, and in which versions.</summary>
internal sealed class ApiVersionsRequest : IRequest
{
    public string ClientSoftwareName = "";
    public string ClientSoftwareVersion = "";

    public static ApiKey Key => ApiKey.ApiVersions;

    public static VersionRange Versions => new(0, 3, FlexibleFrom: 3);

    public void Describe(Wire wire)
    {
        wire.String(ref ClientSoftwareName, since: 3);
        wire.String(ref ClientSoftwareVersion, since: 3);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => new ApiVersionsResponse { Error = error };
}

internal sealed class ApiVersionsResponse : IWireStruct
{
    public KafkaError Error;
    public List<OfferedApi> Apis = [];
    public int ThrottleTimeMs;

    public void Describe(Wire wire)
    {
        wire.Error(ref Error);
        wire.Array(ref Apis);
        wire.Int32(ref ThrottleTimeMs, since: 1);
        wire.Tags();
    }
}

internal sealed class OfferedApi : IWireStruct
{
    public short Key;
    public short Min;
    public short Max;

    public void Describe(Wire wire)
    {
        wire.Int16(ref Key);
        wire.Int16(ref Min);
        wire.Int16(ref Max);
        wire.Tags();
    }
}
