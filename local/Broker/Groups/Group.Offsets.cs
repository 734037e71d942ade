using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

internal sealed partial class Group
{
    public KafkaError Commit(OffsetCommitRequest request, IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets)
    {
        lock (_gate)
        {
            if (_membership.CheckCommit(request.MemberId, request.GroupInstanceId, request.GenerationId, transactional: false) is var error and not KafkaError.None)
            {
                return error;
            }

            _membership.Touch(request.MemberId);
            if (offsets.Count > 0)
            {
                Offsets.Commit(offsets);
            }

            return KafkaError.None;
        }
    }

    /// <param name="request">What is committed.</param>
    /// <param name="offsets">The same, checked.</param>
    /// <param name="check">What else might be against it; asked under the group's lock, so that nothing slips in behind the end of the transaction.</param>
    public KafkaError Commit(TxnOffsetCommitRequest request, IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets, Func<KafkaError>? check = null)
    {
        lock (_gate)
        {
            return check?.Invoke() is { } refused and not KafkaError.None ? refused
                : _membership.CheckCommit(request.MemberId, request.GroupInstanceId, request.GenerationId, transactional: true) is var error and not KafkaError.None
                ? error
                : Offsets.CommitPending(request.ProducerId, request.ProducerEpoch, offsets);
        }
    }

    public void End(long producerId, short epoch, bool committed)
    {
        lock (_gate)
        {
            Offsets.End(producerId, epoch, committed);
        }
    }

    public OffsetFetchResponse.Group Fetch(OffsetFetchRequest.Group asked, bool requireStable)
    {
        lock (_gate)
        {
            var topics = asked.Topics ?? [.. Offsets.Committed.Keys.GroupBy(one => one.Topic, StringComparer.Ordinal).Select(topic => new OffsetFetchRequest.Topic
            {
                Name = topic.Key,
                PartitionIndexes = [.. topic.Select(one => one.Partition).Order()],
            })];
            return new OffsetFetchResponse.Group
            {
                GroupId = Id,
                Topics = [.. topics.Select(topic => new ByTopic<OffsetFetchResponse.Partition>
                {
                    Name = topic.Name,
                    Partitions = [.. topic.PartitionIndexes.Select(index => Fetch(new TopicPartition(topic.Name, index), requireStable))],
                })],
            };
        }
    }

    public OffsetDeleteResponse Delete(OffsetDeleteRequest request)
    {
        lock (_gate)
        {
            var consumers = _membership.ProtocolType == "consumer";
            if (_membership.State != GroupState.Empty && !consumers)
            {
                return new OffsetDeleteResponse { Error = _membership.State == GroupState.Dead ? KafkaError.GroupIdNotFound : KafkaError.NonEmptyGroup };
            }

            // A member that does not say what it reads may read anything.
            var subscriptions = _membership.Members.SelectMany(member => member.Protocols).Select(protocol => ConsumerSubscription.Read(protocol.Value)?.Topics).ToList();
            var deleted = new List<TopicPartition>();
            var response = new OffsetDeleteResponse
            {
                Topics = request.Topics.Answer((topic, partition) => new PartitionError
                {
                    Index = partition.Index,
                    Error = subscriptions.Any(topics => topics?.Contains(topic) ?? true) ? KafkaError.GroupSubscribedToTopic : KafkaError.None,
                }),
            };
            foreach (var topic in response.Topics)
            {
                deleted.AddRange(topic.Partitions.Where(partition => partition.Error == KafkaError.None).Select(partition => new TopicPartition(topic.Name, partition.Index)));
            }

            Offsets.Delete(deleted);
            return response;
        }
    }

    public void TopicDeleted(string topic)
    {
        lock (_gate)
        {
            Offsets.DeleteTopic(topic);
        }
    }

    /// <summary>Forgets offsets that are out of date, and ends the group if nothing is left of it.</summary>
    /// <returns>Whether it has ended.</returns>
    public bool Expire(DateTimeOffset now, TimeSpan? retention)
    {
        lock (_gate)
        {
            if (!_membership.IsDeserted)
            {
                return false;
            }

            if (retention is { } kept && now - _membership.EmptySince >= kept)
            {
                var oldest = (now - kept).ToUnixTimeMilliseconds();
                Offsets.Delete([.. Offsets.Committed.Where(one => one.Value.CommittedAt <= oldest && !Offsets.HasPending(one.Key)).Select(one => one.Key)]);
            }

            return Offsets.IsEmpty && Delete() == KafkaError.None;
        }
    }

    private OffsetFetchResponse.Partition Fetch(TopicPartition partition, bool requireStable)
    {
        if (requireStable && Offsets.HasPending(partition))
        {
            return new OffsetFetchResponse.Partition { Index = partition.Partition, Error = KafkaError.UnstableOffsetCommit };
        }

        return Offsets.Committed.TryGetValue(partition, out var committed)
            ? new OffsetFetchResponse.Partition
            {
                Index = partition.Partition,
                CommittedOffset = committed.Offset,
                CommittedLeaderEpoch = committed.LeaderEpoch,
                Metadata = committed.Metadata ?? "",
            }
            : new OffsetFetchResponse.Partition { Index = partition.Partition };
    }
}
