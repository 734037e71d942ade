namespace Millrace.Broker.Groups;

internal sealed partial class Membership
{
    /// <summary>Gives a member its part of the assignment, as soon as the leader has brought it.</summary>
    public Task<SyncGroupResponse> Sync(SyncGroupRequest request)
    {
        var error = State == GroupState.Dead ? KafkaError.CoordinatorNotAvailable
            : Check(request.MemberId, request.GroupInstanceId, request.GenerationId) is var refused and not KafkaError.None ? refused
            : (request.ProtocolType ?? ProtocolType) != ProtocolType || (request.ProtocolName ?? Protocol) != Protocol ? KafkaError.InconsistentGroupProtocol
            : State == GroupState.PreparingRebalance ? KafkaError.RebalanceInProgress
            : KafkaError.None;
        if (error != KafkaError.None)
        {
            return Task.FromResult(new SyncGroupResponse { Error = error });
        }

        var member = _members[request.MemberId];
        member.Synced = true;
        if (State == GroupState.CompletingRebalance && member.Id != _leader)
        {
            return member.WaitToSync();
        }

        if (State == GroupState.CompletingRebalance)
        {
            Assign(request.Assignments);
        }

        member.Touch();
        return Task.FromResult(Assigned(member));
    }

    /// <summary>Counts the session of a member anew, and tells it whether it has to join again.</summary>
    public KafkaError Heartbeat(HeartbeatRequest request)
    {
        if (State == GroupState.Dead)
        {
            return KafkaError.CoordinatorNotAvailable;
        }

        if (Check(request.MemberId, request.GroupInstanceId, request.GenerationId) is var error and not KafkaError.None)
        {
            return error;
        }

        Touch(request.MemberId);
        return State == GroupState.PreparingRebalance ? KafkaError.RebalanceInProgress : KafkaError.None;
    }

    /// <summary>Takes a member out of the group; a static one may be named without its present id.</summary>
    public KafkaError Leave(LeaveGroupRequest.LeavingMember leaving)
    {
        if (State == GroupState.Dead)
        {
            return KafkaError.CoordinatorNotAvailable;
        }

        if (leaving.GroupInstanceId is null && Uninvite(leaving.MemberId))
        {
            CompleteJoinIfAllAreHere();
            return KafkaError.None;
        }

        var id = leaving.GroupInstanceId is { } instanceId && leaving.MemberId.Length == 0 && _static.TryGetValue(instanceId, out var named)
            ? named.Id
            : leaving.MemberId;
        if (Find(id, leaving.GroupInstanceId, out var member) is var error and not KafkaError.None)
        {
            return error;
        }

        Remove(member!, KafkaError.UnknownMemberId);
        Rebalance();
        return KafkaError.None;
    }

    /// <summary>Whether offsets may be committed: by a member of this generation, or by anybody while nobody is in the group.</summary>
    /// <remarks>Within a transaction a producer may do without naming a member.</remarks>
    public KafkaError CheckCommit(string memberId, string? instanceId, int generation, bool transactional)
    {
        if (State == GroupState.Dead)
        {
            return KafkaError.CoordinatorNotAvailable;
        }

        if (generation < 0 && memberId.Length == 0 && instanceId is null)
        {
            return transactional || State == GroupState.Empty ? KafkaError.None : KafkaError.UnknownMemberId;
        }

        // A commit while the others are still joining is welcome; after that, what the member commits may be somebody else's.
        return Check(memberId, instanceId, generation) is var error and not KafkaError.None ? error
            : State == GroupState.CompletingRebalance && !transactional ? KafkaError.RebalanceInProgress
            : KafkaError.None;
    }

    private void Assign(List<SyncGroupRequest.MemberAssignment> assignments)
    {
        foreach (var one in assignments)
        {
            if (_members.TryGetValue(one.MemberId, out var assigned))
            {
                assigned.Assignment = one.Assignment.ToArray();
            }
        }

        State = GroupState.Stable;
        foreach (var waiting in _members.Values)
        {
            waiting.Answer(Assigned(waiting));
        }
    }

    private SyncGroupResponse Assigned(Member member) => new()
    {
        ProtocolType = ProtocolType,
        ProtocolName = Protocol,
        Assignment = member.Assignment,
    };
}
