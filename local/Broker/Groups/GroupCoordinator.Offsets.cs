using System.Text;
using Millrace.Broker.Transactions;

namespace Millrace.Broker.Groups;

internal sealed partial class GroupCoordinator
{
    /// <summary>How long the metadata of a committed offset may be, in bytes: Kafka's default.</summary>
    public const int MaxOffsetMetadata = 4096;

    public OffsetCommitResponse OffsetCommit(OffsetCommitRequest request)
    {
        var accepted = new Dictionary<TopicPartition, CommittedOffset>();
        var answer = OffsetCommitResponse.To(request, (topic, one) =>
            Accept(accepted, new TopicPartition(topic, one.Index), one.CommittedOffset, one.CommittedLeaderEpoch, one.CommittedMetadata));
        var error = FindToCommit(request.GroupId, request.GenerationId, out var group);
        error = error == KafkaError.None ? group!.Commit(request, accepted) : error;
        return error == KafkaError.None ? answer : (OffsetCommitResponse)request.Refuse(error);
    }

    /// <param name="request">The request.</param>
    /// <param name="check">Whether the transaction is open for offsets of the group; null trusts the producer. Takes no lock.</param>
    public TxnOffsetCommitResponse TxnOffsetCommit(TxnOffsetCommitRequest request, Func<KafkaError>? check = null)
    {
        var accepted = new Dictionary<TopicPartition, CommittedOffset>();
        var answer = TxnOffsetCommitResponse.To(request, (topic, one) =>
            Accept(accepted, new TopicPartition(topic, one.Index), one.CommittedOffset, one.CommittedLeaderEpoch, one.CommittedMetadata));
        var error = FindToCommit(request.GroupId, request.GenerationId, out var group);
        error = error == KafkaError.None ? group!.Commit(request, accepted, check) : error;
        return error == KafkaError.None ? answer : (TxnOffsetCommitResponse)request.Refuse(error);
    }

    public OffsetFetchResponse OffsetFetch(OffsetFetchRequest request) => new()
    {
        Groups = [.. request.Groups.DistinctBy(asked => asked.GroupId, StringComparer.Ordinal).Select(asked => Find(asked.GroupId)?.Fetch(asked, request.RequireStable)
            ?? OffsetFetchResponse.Group.Refused(asked, KafkaError.None))],
    };

    public OffsetDeleteResponse OffsetDelete(OffsetDeleteRequest request)
    {
        var unknown = request.Topics
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.Index)))
            .Where(one => !_exists(one.Topic, one.Partition))
            .ToHashSet();
        var response = Find(request.GroupId)?.Delete(request) ?? new OffsetDeleteResponse { Error = KafkaError.GroupIdNotFound };
        foreach (var topic in response.Topics)
        {
            foreach (var partition in topic.Partitions.Where(partition => unknown.Contains(new TopicPartition(topic.Name, partition.Index))))
            {
                partition.Error = KafkaError.UnknownTopicOrPartition;
            }
        }

        return response;
    }

    /// <summary>The offsets of a group as something that transactions write to; there need not be such a group.</summary>
    public ITransactionParticipant Participant(string group) => new OffsetsOf(this, group);

    /// <summary>Forgets all offsets in a topic that is no more.</summary>
    public void TopicDeleted(string topic)
    {
        foreach (var group in All())
        {
            group.TopicDeleted(topic);
        }
    }

    private KafkaError Accept(Dictionary<TopicPartition, CommittedOffset> accepted, TopicPartition partition, long offset, int leaderEpoch, string? metadata)
    {
        if (!_exists(partition.Topic, partition.Partition))
        {
            return KafkaError.UnknownTopicOrPartition;
        }

        if (metadata is not null && Encoding.UTF8.GetByteCount(metadata) > MaxOffsetMetadata)
        {
            return KafkaError.OffsetMetadataTooLarge;
        }

        accepted[partition] = new CommittedOffset
        {
            Offset = offset,
            LeaderEpoch = leaderEpoch,
            Metadata = metadata,
            CommittedAt = _time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        return KafkaError.None;
    }

    // A group that only keeps offsets begins with its first commit.
    private KafkaError FindToCommit(string id, int generation, out Group? group)
    {
        group = Find(id);
        return group is not null ? KafkaError.None
            : generation >= 0 ? KafkaError.IllegalGeneration
            : FindOrCreate(id, out group);
    }

    private sealed class OffsetsOf(GroupCoordinator coordinator, string group) : ITransactionParticipant
    {
        public void End(long producerId, short producerEpoch, bool committed) =>
            coordinator.Find(group)?.End(producerId, producerEpoch, committed);
    }
}
