using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Describe the cluster.</summary>
internal sealed class DescribeClusterRequest : IRequest
{
    public bool IncludeAuthorizedOperations;

    public static ApiKey Key => ApiKey.DescribeCluster;

    public static VersionRange Versions => new(0, 0, FlexibleFrom: 0);

    public void Describe(Wire wire)
    {
        wire.Bool(ref IncludeAuthorizedOperations);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => new DescribeClusterResponse { Error = error };
}

internal sealed class DescribeClusterResponse : IWireStruct
{
    public int ThrottleTimeMs;
    public KafkaError Error;
    public string? ErrorMessage;
    public string ClusterId = "";
    public int ControllerId = -1;
    public List<BrokerMetadata> Brokers = [];
    public int AuthorizedOperations = MetadataResponse.NotAsked;

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs);
        wire.Error(ref Error);
        wire.NullableString(ref ErrorMessage);
        wire.String(ref ClusterId);
        wire.Int32(ref ControllerId);
        wire.Array(ref Brokers);
        wire.Int32(ref AuthorizedOperations);
        wire.Tags();
    }
}
