using Confluent.Kafka;

namespace Millrace.Kafka;

/// <summary>Asks the brokers which partitions topics have.</summary>
internal static class TopicPartitions
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>All partitions of the topics, by topic and number.</summary>
    /// <exception cref="KafkaException">The brokers cannot be reached, or a topic does not exist; the message names it.</exception>
    public static List<TopicPartition> Of(Handle client, IEnumerable<string> topics)
    {
        using var admin = new DependentAdminClientBuilder(client).Build();
        return [.. topics.SelectMany(topic => Of(admin, topic))];
    }

    /// <summary>The partitions of a topic; none where it does not exist.</summary>
    /// <exception cref="KafkaException">The brokers cannot be reached, or refuse.</exception>
    public static List<TopicPartition> Find(Handle client, string topic)
    {
        try
        {
            return Of(client, [topic]);
        }
        catch (KafkaException absent) when (absent.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.LeaderNotAvailable)
        {
            return [];
        }
    }

    private static IEnumerable<TopicPartition> Of(IAdminClient admin, string topic)
    {
        var found = admin.GetMetadata(topic, Timeout).Topics.Single();
        if (found.Error.IsError || found.Partitions.Count == 0)
        {
            var code = found.Error.IsError ? found.Error.Code : ErrorCode.UnknownTopicOrPart;
            throw new KafkaException(new Error(code, $"Topic '{topic}' cannot be read: {new Error(code).Reason}"));
        }

        return found.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId));
    }
}
