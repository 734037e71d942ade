using Millrace.Broker.Protocol;

namespace Millrace.Broker.Requests;

/// <summary>Which topics and brokers there are.</summary>
internal sealed class MetadataRequest : IRequest
{
    /// <summary>The topics asked for; null is all, and so is none before version 1.</summary>
    public List<MetadataTopicName>? Topics = [];
    public bool AllowAutoTopicCreation = true;
    public bool IncludeClusterAuthorizedOperations;
    public bool IncludeTopicAuthorizedOperations;

    public static ApiKey Key => ApiKey.Metadata;

    public static VersionRange Versions => new(0, 12, FlexibleFrom: 9);

    public void Describe(Wire wire)
    {
        wire.NullableArray(ref Topics);
        wire.Bool(ref AllowAutoTopicCreation, since: 4);
        wire.Bool(ref IncludeClusterAuthorizedOperations, since: 8, until: 10);
        wire.Bool(ref IncludeTopicAuthorizedOperations, since: 8);
        wire.Tags();
    }

    public IWireStruct Refuse(KafkaError error) => new MetadataResponse
    {
        Topics = [.. (Topics ?? []).Select(topic => new TopicMetadata { Error = error, Name = topic.Name ?? "", TopicId = topic.TopicId })],
    };
}

internal sealed class MetadataTopicName : IWireStruct
{
    public Guid TopicId;

    /// <summary>Null where the topic is asked for by its id.</summary>
    public string? Name = "";

    public void Describe(Wire wire)
    {
        wire.Uuid(ref TopicId, since: 10);
        wire.NullableString(ref Name);
        wire.Tags();
    }
}

internal sealed class MetadataResponse : IWireStruct
{
    /// <summary>That nobody asked which operations are allowed.</summary>
    public const int NotAsked = int.MinValue;

    public int ThrottleTimeMs;
    public List<BrokerMetadata> Brokers = [];
    public string? ClusterId;
    public int ControllerId = -1;
    public List<TopicMetadata> Topics = [];
    public int ClusterAuthorizedOperations = NotAsked;

    public void Describe(Wire wire)
    {
        wire.Int32(ref ThrottleTimeMs, since: 3);
        wire.Array(ref Brokers);
        wire.NullableString(ref ClusterId, since: 2);
        wire.Int32(ref ControllerId, since: 1);
        wire.Array(ref Topics);
        wire.Int32(ref ClusterAuthorizedOperations, since: 8, until: 10);
        wire.Tags();
    }
}

internal sealed class BrokerMetadata : IWireStruct
{
    public int NodeId;
    public string Host = "";
    public int Port;
    public string? Rack;

    public void Describe(Wire wire)
    {
        wire.Int32(ref NodeId);
        wire.String(ref Host);
        wire.Int32(ref Port);
        wire.NullableString(ref Rack, since: 1);
        wire.Tags();
    }
}

internal sealed class TopicMetadata : IWireStruct
{
    public KafkaError Error;
    public string? Name = "";
    public Guid TopicId;
    public bool IsInternal;
    public List<PartitionMetadata> Partitions = [];
    public int AuthorizedOperations = MetadataResponse.NotAsked;

    public void Describe(Wire wire)
    {
        wire.Error(ref Error);
        wire.NullableString(ref Name);
        wire.Uuid(ref TopicId, since: 10);
        wire.Bool(ref IsInternal, since: 1);
        wire.Array(ref Partitions);
        wire.Int32(ref AuthorizedOperations, since: 8);
        wire.Tags();
    }
}

internal sealed class PartitionMetadata : IWireStruct
{
    public KafkaError Error;
    public int Index;
    public int LeaderId;
    public int LeaderEpoch;
    public List<int> Replicas = [];
    public List<int> InSyncReplicas = [];
    public List<int> OfflineReplicas = [];

    public void Describe(Wire wire)
    {
        wire.Error(ref Error);
        wire.Int32(ref Index);
        wire.Int32(ref LeaderId);
        wire.Int32(ref LeaderEpoch, since: 7);
        wire.Int32s(ref Replicas);
        wire.Int32s(ref InSyncReplicas);
        wire.Int32s(ref OfflineReplicas, since: 5);
        wire.Tags();
    }
}
