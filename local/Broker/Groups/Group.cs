using Millrace.Broker.Protocol;
using Millrace.Broker.Server;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Groups;

/// <summary>A group: its members and its offsets, under one lock.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Group : IDisposable
{
    // Read, delete and describe, by Kafka's numbers: all that there is to allow, and nobody is refused.
    private const int AllOperations = (1 << 3) | (1 << 6) | (1 << 8);

    private readonly Lock _gate = new();
    private readonly Membership _membership;

    /// <param name="id">Its name.</param>
    /// <param name="record">What is known from before.</param>
    /// <param name="journal">Keeps its offsets and its generations.</param>
    /// <param name="time">Counts sessions and rebalances.</param>
    /// <param name="options">The limits.</param>
    /// <param name="begun">Is told of every generation, with the number of its members.</param>
    public Group(string id, GroupRecord record, Journal journal, TimeProvider time, GroupOptions options, Action<string, int, int> begun)
    {
        Id = id;
        Offsets = new GroupOffsets(id, journal);
        _membership = new Membership(time, _gate, options, record.Generation, record.ProtocolType, (generation, protocolType) =>
        {
            var now = new GroupRecord { Generation = generation, ProtocolType = protocolType };
            journal.Write(new KeyValuePair<string, byte[]?>(GroupKeys.Group(id), WireBytes.Of(now)));
            begun(id, generation, _membership!.Members.Count);
        });
    }

    public string Id { get; }

    /// <summary>What the constructor's caller restores, before anybody else has the group.</summary>
    public GroupOffsets Offsets { get; }

    public Task<JoinGroupResponse> Join(JoinGroupRequest request, RequestContext context)
    {
        lock (_gate)
        {
            return _membership.Join(request, context);
        }
    }

    public Task<SyncGroupResponse> Sync(SyncGroupRequest request)
    {
        lock (_gate)
        {
            return _membership.Sync(request);
        }
    }

    /// <summary>Forgets a request whose answer nobody waits for any more.</summary>
    public void Abandon(Task answer, CancellationToken aborted)
    {
        lock (_gate)
        {
            _membership.Abandon(answer, aborted);
        }
    }

    public KafkaError Heartbeat(HeartbeatRequest request)
    {
        lock (_gate)
        {
            return _membership.Heartbeat(request);
        }
    }

    public KafkaError Leave(LeaveGroupRequest.LeavingMember leaving)
    {
        lock (_gate)
        {
            return _membership.Leave(leaving);
        }
    }

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

    public KafkaError Commit(TxnOffsetCommitRequest request, IReadOnlyDictionary<TopicPartition, CommittedOffset> offsets)
    {
        lock (_gate)
        {
            return _membership.CheckCommit(request.MemberId, request.GroupInstanceId, request.GenerationId, transactional: true) is var error and not KafkaError.None
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
                Topics = [.. topics.Select(topic => new OffsetFetchResponse.Topic
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
                Topics = [.. request.Topics.Select(topic => new OffsetDeleteResponse.Topic
                {
                    Name = topic.Name,
                    Partitions = [.. topic.Partitions.Select(partition => new OffsetDeleteResponse.Partition
                    {
                        Index = partition.Index,
                        Error = subscriptions.Any(topics => topics?.Contains(topic.Name) ?? true) ? KafkaError.GroupSubscribedToTopic : KafkaError.None,
                    })],
                })],
            };
            foreach (var topic in response.Topics)
            {
                deleted.AddRange(topic.Partitions.Where(partition => partition.Error == KafkaError.None).Select(partition => new TopicPartition(topic.Name, partition.Index)));
            }

            Offsets.Delete(deleted);
            return response;
        }
    }

    public DescribeGroupsResponse.Group Describe(bool operations)
    {
        lock (_gate)
        {
            var stable = _membership.State == GroupState.Stable;
            return new DescribeGroupsResponse.Group
            {
                GroupId = Id,
                GroupState = _membership.State.ToString(),
                ProtocolType = _membership.ProtocolType,
                ProtocolData = stable ? _membership.Protocol! : "",
                AuthorizedOperations = operations ? AllOperations : int.MinValue,
                Members = [.. _membership.Members.Select(member => new DescribeGroupsResponse.Member
                {
                    MemberId = member.Id,
                    GroupInstanceId = member.InstanceId,
                    ClientId = member.ClientId,
                    ClientHost = member.Host,
                    MemberMetadata = stable ? member.Metadata(_membership.Protocol) : default,
                    MemberAssignment = stable ? member.Assignment : default,
                })],
            };
        }
    }

    public ListGroupsResponse.Group List()
    {
        lock (_gate)
        {
            return new ListGroupsResponse.Group { GroupId = Id, ProtocolType = _membership.ProtocolType, GroupState = _membership.State.ToString() };
        }
    }

    public void TopicDeleted(string topic)
    {
        lock (_gate)
        {
            Offsets.DeleteTopic(topic);
        }
    }

    /// <summary>Ends the group, if nobody is in it.</summary>
    public KafkaError Delete()
    {
        lock (_gate)
        {
            if (_membership.State != GroupState.Empty)
            {
                return _membership.State == GroupState.Dead ? KafkaError.GroupIdNotFound : KafkaError.NonEmptyGroup;
            }

            Offsets.DeleteAll();
            _membership.Dispose();
            return KafkaError.None;
        }
    }

    /// <summary>Forgets offsets that are out of date, and ends the group if nothing is left of it.</summary>
    /// <returns>Whether it has ended.</returns>
    public bool Expire(DateTimeOffset now, TimeSpan retention)
    {
        lock (_gate)
        {
            if (!_membership.IsDeserted)
            {
                return false;
            }

            if (now - _membership.EmptySince >= retention)
            {
                var oldest = (now - retention).ToUnixTimeMilliseconds();
                Offsets.Delete([.. Offsets.Committed.Where(one => one.Value.CommittedAt <= oldest && !Offsets.HasPending(one.Key)).Select(one => one.Key)]);
            }

            return Offsets.IsEmpty && Delete() == KafkaError.None;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _membership.Dispose();
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
