using Millrace.Broker.Requests;
using Millrace.Broker.Topics;

namespace Millrace.Broker.Server;

/// <summary>Says which topics there are and who has them: this broker.</summary>
/// <param name="node">This broker.</param>
/// <param name="topics">The topics.</param>
/// <param name="autoCreate">With how many partitions a topic is created that a client asks for; null does not create any.</param>
internal sealed class MetadataApi(NodeAddress node, TopicTable topics, int? autoCreate)
{
    private static readonly List<int> Replicas = [NodeAddress.NodeId];

    public IEnumerable<Api> Apis =>
    [
        Api.Of<MetadataRequest>((request, context) => Answer(request, context.Version)),
        Api.Of<FindCoordinatorRequest>(request => request.Answer(name => new Coordinator { Name = name, NodeId = NodeAddress.NodeId, Host = NodeAddress.Host, Port = node.Port })),
        Api.Of<DescribeClusterRequest>(_ => new DescribeClusterResponse { ClusterId = node.ClusterId, ControllerId = NodeAddress.NodeId, Brokers = [Broker()] }),
    ];

    private MetadataResponse Answer(MetadataRequest request, short version)
    {
        var isAll = request.Topics is null || (version == 0 && request.Topics.Count == 0);
        var byId = new Lazy<Dictionary<Guid, Topic>>(() => topics.All.ToDictionary(topic => topic.Id));
        return new MetadataResponse
        {
            ClusterId = node.ClusterId,
            ControllerId = NodeAddress.NodeId,
            Brokers = [Broker()],
            Topics = isAll
                ? [.. topics.All.Select(Of)]
                : [.. request.Topics!.DistinctBy(topic => (topic.Name, topic.Name is null ? topic.TopicId : default))
                    .Select(topic => topic.Name is { } name ? Of(name, request.AllowAutoTopicCreation) : Of(byId.Value.GetValueOrDefault(topic.TopicId), topic.TopicId))],
        };
    }

    private TopicMetadata Of(string name, bool mayCreate)
    {
        if (topics.Find(name) is { } topic)
        {
            return Of(topic);
        }

        var error = TopicName.Wrong(name) is not null ? KafkaError.InvalidTopic : KafkaError.UnknownTopicOrPartition;
        if (error == KafkaError.UnknownTopicOrPartition && mayCreate && autoCreate is { } partitions)
        {
            (error, _) = topics.Create(name, partitions, []);
        }

        // Somebody else may have created it, or deleted it, meanwhile.
        return topics.Find(name) is { } created ? Of(created) : new TopicMetadata { Name = name, Error = error == KafkaError.None ? KafkaError.UnknownTopicOrPartition : error };
    }

    private static TopicMetadata Of(Topic? found, Guid id) =>
        found is not null ? Of(found) : new TopicMetadata { Name = null, TopicId = id, Error = KafkaError.UnknownTopicId };

    private static TopicMetadata Of(Topic topic) => new()
    {
        Name = topic.Name,
        TopicId = topic.Id,
        Partitions = [.. topic.Partitions.Select((_, partition) => new PartitionMetadata { Index = partition, LeaderId = NodeAddress.NodeId, Replicas = Replicas, InSyncReplicas = Replicas })],
    };

    private BrokerMetadata Broker() => new() { NodeId = NodeAddress.NodeId, Host = NodeAddress.Host, Port = node.Port };
}
