using Millrace.Broker.Server;

namespace Millrace.Broker.Groups;

internal sealed partial class Membership
{
    // Far more than any client has; every join is compared with every member's.
    private const int MaxProtocols = 100;

    // The leader gets what all have sent, in one answer.
    private const int MaxMetadataBytes = 64 * 1024 * 1024;

    // An id is made of it, which has to fit into a field.
    private const int MaxIdPrefix = 1_000;

    /// <summary>Lets a member in, or in again; the answer comes with the next generation, unless there is nothing to wait for.</summary>
    public Task<JoinGroupResponse> Join(JoinGroupRequest request, RequestContext context)
    {
        if (State == GroupState.Dead)
        {
            return Refused(request, KafkaError.CoordinatorNotAvailable);
        }

        if (request.Protocols.Count > MaxProtocols)
        {
            return Refused(request, KafkaError.InvalidRequest);
        }

        if (request.Protocols.Sum(one => (long)one.Metadata.Length) + _members.Values.Where(member => member.Id != request.MemberId).Sum(member => member.MetadataBytes) > MaxMetadataBytes)
        {
            return Refused(request, KafkaError.GroupMaxSizeReached);
        }

        var protocols = request.Protocols.Select(one => KeyValuePair.Create(one.Name, one.Metadata.ToArray())).ToList();
        if (!Agrees(request.MemberId, request.GroupInstanceId, request.ProtocolType, protocols))
        {
            return Refused(request, KafkaError.InconsistentGroupProtocol);
        }

        return request.MemberId.Length == 0
            ? JoinAnew(request, protocols, context)
            : JoinAgain(request, protocols, context);
    }

    private Task<JoinGroupResponse> JoinAnew(JoinGroupRequest request, List<KeyValuePair<string, byte[]>> protocols, RequestContext context)
    {
        var prefix = request.GroupInstanceId ?? context.ClientId;
        var id = $"{prefix.AsSpan(0, Math.Min(prefix.Length, MaxIdPrefix))}-{Guid.NewGuid()}";
        if (request.GroupInstanceId is { } instanceId && _static.TryGetValue(instanceId, out var former))
        {
            return Replace(former, id, request, protocols, context);
        }

        if (_members.Count + _invited.Count >= _options.MaxMembers)
        {
            return Refused(request, KafkaError.GroupMaxSizeReached);
        }

        // A dynamic member learns its id before it counts: a client that tries again would else leave members behind (KIP-394).
        if (request.GroupInstanceId is null && context.Version >= 4)
        {
            return Task.FromResult(new JoinGroupResponse
            {
                Error = KafkaError.MemberIdRequired,
                MemberId = Invite(id, TimeSpan.FromMilliseconds(request.SessionTimeoutMs)),
            });
        }

        return Enter(id, request, protocols, context);
    }

    private Task<JoinGroupResponse> JoinAgain(JoinGroupRequest request, List<KeyValuePair<string, byte[]>> protocols, RequestContext context)
    {
        if (request.GroupInstanceId is null && Uninvite(request.MemberId))
        {
            return Enter(request.MemberId, request, protocols, context);
        }

        if (Find(request.MemberId, request.GroupInstanceId, out var member) is var error and not KafkaError.None)
        {
            return Refused(request, error);
        }

        var changed = !member!.HasSameProtocols(protocols);
        Update(member, request, protocols, context);

        // Who missed the answer gets it again; a leader that joins again wants a new assignment.
        var current = State == GroupState.CompletingRebalance || (State == GroupState.Stable && member.Id != _leader);
        if (current && !changed)
        {
            member.Touch();
            return Task.FromResult(Current(member));
        }

        return WaitForGeneration(member);
    }

    private Task<JoinGroupResponse> Enter(string id, JoinGroupRequest request, List<KeyValuePair<string, byte[]>> protocols, RequestContext context)
    {
        var member = Add(id, request.GroupInstanceId);
        Update(member, request, protocols, context);
        return WaitForGeneration(member);
    }

    // A static member that starts again takes its own place: the group need not notice (KIP-345).
    private Task<JoinGroupResponse> Replace(Member former, string id, JoinGroupRequest request, List<KeyValuePair<string, byte[]>> protocols, RequestContext context)
    {
        var unchanged = former.HasSameProtocols(protocols);
        var formerLeader = _leader;
        var member = Add(id, former.InstanceId);
        member.Assignment = former.Assignment;
        member.Synced = former.Synced;
        if (formerLeader == former.Id)
        {
            _leader = id;
        }

        Remove(former, KafkaError.FencedInstanceId);
        Update(member, request, protocols, context);
        if (State != GroupState.Stable || !unchanged)
        {
            return WaitForGeneration(member);
        }

        member.Joined = true;
        member.Touch();
        var joined = Current(member);
        if (_leader == id && context.Version >= 9)
        {
            joined.SkipAssignment = true;
        }
        else
        {
            // Before KIP-814 a leader can only be kept from assigning anew by not telling it that it leads.
            joined.Leader = formerLeader ?? "";
            joined.Members = [];
        }

        return Task.FromResult(joined);
    }

    private void Update(Member member, JoinGroupRequest request, List<KeyValuePair<string, byte[]>> protocols, RequestContext context)
    {
        member.ClientId = context.ClientId;
        member.Host = context.Host;
        member.SessionTimeout = TimeSpan.FromMilliseconds(request.SessionTimeoutMs);
        member.RebalanceTimeout = request.RebalanceTimeoutMs < 0 ? member.SessionTimeout : TimeSpan.FromMilliseconds(request.RebalanceTimeoutMs);
        member.Protocols = protocols;
        ProtocolType = request.ProtocolType;
    }

    private Task<JoinGroupResponse> WaitForGeneration(Member member)
    {
        var answer = member.WaitToJoin();
        Rebalance();
        return answer;
    }

    // Whether the member could take part in a generation with all the others.
    private bool Agrees(string memberId, string? instanceId, string protocolType, List<KeyValuePair<string, byte[]>> protocols)
    {
        if (protocolType.Length == 0 || protocols.Count == 0)
        {
            return false;
        }

        var others = _members.Values.Where(member => member.Id != memberId && (instanceId is null || member.InstanceId != instanceId)).ToList();
        return others.Count == 0 || (protocolType == ProtocolType && protocols.Any(one => others.All(other => other.Supports(one.Key))));
    }

    private static Task<JoinGroupResponse> Refused(JoinGroupRequest request, KafkaError error) =>
        Task.FromResult(new JoinGroupResponse { Error = error, MemberId = request.MemberId });
}
