using Millrace.Broker.Groups;
using Millrace.Broker.Protocol;
using Millrace.Broker.Requests;
using Millrace.Broker.Topics;

namespace Millrace.Broker.Server;

/// <summary>Creates, grows and deletes topics.</summary>
internal sealed class TopicsApi(TopicTable topics, GroupCoordinator groups, int defaultPartitions)
{
    public IEnumerable<Api> Apis =>
    [
        Api.Of<CreateTopicsRequest>(Create),
        Api.Of<CreatePartitionsRequest>(request => request.Answer(topic => topics.Grow(topic.Name, topic.Count, request.ValidateOnly))),
        Api.Of<DeleteTopicsRequest>(request => request.Answer(Delete)),
    ];

    private CreateTopicsResponse Create(CreateTopicsRequest request)
    {
        // Kafka refuses every topic that a request names twice.
        var twice = request.Topics.GroupBy(topic => topic.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        return new CreateTopicsResponse
        {
            Topics = request.Topics.ConvertAll(topic =>
            {
                var (error, message) = twice.Contains(topic.Name) ? (KafkaError.InvalidRequest, $"Topic {Quote.Of(topic.Name)} is named twice.") : Create(topic, request.ValidateOnly);
                var created = topics.Find(topic.Name);
                return new TopicCreated
                {
                    Name = topic.Name,
                    Error = error,
                    ErrorMessage = message,
                    TopicId = error == KafkaError.None ? created?.Id ?? default : default,
                    Partitions = error == KafkaError.None ? created?.Partitions.Length ?? -1 : -1,
                    ReplicationFactor = error == KafkaError.None ? (short)1 : (short)-1,
                    Configs = created is null || error != KafkaError.None ? [] : [.. ConfigsApi.Of(created, topics.Defaults).Select(config => new CreatedConfig { Name = config.Name, Value = config.Value, Source = config.Source })],
                };
            }),
        };
    }

    private (KafkaError Error, string? Message) Create(NewTopic topic, bool validateOnly)
    {
        if (topic.ReplicationFactor is not (1 or -1))
        {
            return (KafkaError.InvalidReplicationFactor, $"The replication factor is {topic.ReplicationFactor}; this broker stands alone, and allows 1, or −1 for its default.");
        }

        if (topic.Assignments.Any(assignment => assignment.Brokers is not [NodeAddress.NodeId]))
        {
            return (KafkaError.InvalidReplicaAssignment, $"Replicas are assigned to other brokers than {NodeAddress.NodeId}, which is the only one.");
        }

        if (topic.Configs.Find(config => config.Value is null) is { } unset)
        {
            return (KafkaError.InvalidConfig, $"The setting {Quote.Of(unset.Name)} has no value.");
        }

        if (topic.Configs.GroupBy(config => config.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            return (KafkaError.InvalidConfig, $"The setting {Quote.Of(twice.Key)} is given twice.");
        }

        var partitions = topic.Assignments.Count > 0 ? topic.Assignments.Count : topic.Partitions == -1 ? defaultPartitions : topic.Partitions;
        return topics.Create(topic.Name, partitions, topic.Configs.Select(config => KeyValuePair.Create(config.Name, config.Value!)), validateOnly);
    }

    private KafkaError Delete(string name)
    {
        var error = topics.Delete(name);
        if (error == KafkaError.None)
        {
            groups.TopicDeleted(name);
        }

        return error;
    }
}
