namespace Millrace.Broker.Groups;

internal sealed partial class Membership
{
    private TimeSpan LongestRebalance => _members.Values.Max(member => member.RebalanceTimeout);

    // Somebody came, went or changed: has everybody join again, or sees whether all have.
    private void Rebalance()
    {
        switch (State)
        {
            case GroupState.Empty when _members.Count > 0:
                State = GroupState.PreparingRebalance;
                _initialDelay = true;
                _newMember = false;
                _initialDelayLeft = LongestRebalance;
                DelayFirstGeneration();
                break;

            case GroupState.Stable or GroupState.CompletingRebalance:
                State = GroupState.PreparingRebalance;
                _syncDeadline.Stop();
                foreach (var member in _members.Values)
                {
                    member.Answer(new SyncGroupResponse { Error = KafkaError.RebalanceInProgress });
                }

                if (_members.Count > 0)
                {
                    _joinDeadline.Start(LongestRebalance);
                }

                CompleteJoinIfAllAreHere();
                break;

            case GroupState.PreparingRebalance:
                CompleteJoinIfAllAreHere();
                break;

            default:
                break;
        }
    }

    private void DelayFirstGeneration()
    {
        var delay = _options.InitialRebalanceDelay < _initialDelayLeft ? _options.InitialRebalanceDelay : _initialDelayLeft;
        if (delay <= TimeSpan.Zero)
        {
            BeginGeneration();
            return;
        }

        _initialDelayLeft -= delay;
        _joinDeadline.Start(delay);
    }

    private void OnJoinDeadline()
    {
        if (_initialDelay && _newMember)
        {
            _newMember = false;
            DelayFirstGeneration();
            return;
        }

        BeginGeneration();
    }

    private void CompleteJoinIfAllAreHere()
    {
        if (State != GroupState.PreparingRebalance)
        {
            return;
        }

        if (_members.Count == 0 || (!_initialDelay && _invited.Count == 0 && _members.Values.All(member => member.Joining is not null)))
        {
            BeginGeneration();
        }
    }

    // Of those who did not join in time, static members stay until their session ends (KIP-345).
    private void BeginGeneration()
    {
        _initialDelay = false;
        foreach (var absent in _members.Values.Where(member => member.Joining is null && member.InstanceId is null).ToList())
        {
            Remove(absent, KafkaError.UnknownMemberId);
        }

        var present = _members.Values.Where(member => member.Joining is not null).ToList();
        if (_members.Count > 0 && present.Count == 0)
        {
            // A generation needs a leader that is here: the next one to join, or the end of the last session, goes on.
            _joinDeadline.Start(LongestRebalance);
            return;
        }

        _joinDeadline.Stop();
        Generation++;
        if (present.Count == 0)
        {
            State = GroupState.Empty;
            Protocol = null;
            EmptySince = _time.GetUtcNow();
            _begun(Generation, ProtocolType);
            return;
        }

        if (!present.Any(member => member.Id == _leader))
        {
            _leader = present[0].Id;
        }

        State = GroupState.CompletingRebalance;
        Protocol = ChooseProtocol();
        _begun(Generation, ProtocolType);
        _syncDeadline.Start(LongestRebalance);
        foreach (var member in _members.Values)
        {
            member.Joined = true;
            member.Synced = false;
            member.Assignment = default;
            member.Answer(Current(member));
        }
    }

    // Everybody votes for what it likes best among what all support; the leader's order decides between equals.
    private string ChooseProtocol()
    {
        var candidates = _members[_leader!].Protocols.Select(one => one.Key).Where(one => _members.Values.All(member => member.Supports(one))).ToList();
        var votes = _members.Values.CountBy(member => member.Protocols.First(one => candidates.Contains(one.Key)).Key).ToDictionary();
        return candidates.MaxBy(one => votes.GetValueOrDefault(one))!;
    }

    private JoinGroupResponse Current(Member member) => new()
    {
        GenerationId = Generation,
        ProtocolType = ProtocolType,
        ProtocolName = Protocol,
        Leader = _leader!,
        MemberId = member.Id,
        Members = member.Id != _leader ? [] :
        [
            .. _members.Values.Select(one => new JoinGroupResponse.Member
            {
                MemberId = one.Id,
                GroupInstanceId = one.InstanceId,
                Metadata = one.Metadata(Protocol),
            }),
        ],
    };

    // Who joined and then does not ask for its assignment has been lost on the way.
    private void OnSyncDeadline()
    {
        var lost = _members.Values.Where(member => !member.Synced).ToList();
        foreach (var member in lost)
        {
            Remove(member, KafkaError.UnknownMemberId);
        }

        if (lost.Count > 0)
        {
            Rebalance();
        }
    }
}
