using Millrace.Broker.Protocol;
using Millrace.Broker.Server;
using Millrace.Broker.Storage;

namespace Millrace.Broker.Groups;

/// <summary>A group: its members and its offsets, under one lock.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed partial class Group : IDisposable
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

    public void Dispose()
    {
        lock (_gate)
        {
            _membership.Dispose();
        }
    }
}
