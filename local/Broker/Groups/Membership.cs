namespace Millrace.Broker.Groups;

/// <summary>Who is in a group, and the generations that they go through: Kafka's classic rebalance protocol.</summary>
/// <remarks>Guarded by the lock of the group, which its timers take too.</remarks>
internal sealed partial class Membership : IDisposable
{
    private readonly TimeProvider _time;
    private readonly Lock _gate;
    private readonly GroupOptions _options;
    private readonly Action<int, string> _begun;
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Member> _static = new(StringComparer.Ordinal);

    // Member ids that were given away (KIP-394) and have not been used yet.
    private readonly Dictionary<string, Countdown> _invited = new(StringComparer.Ordinal);

    // One of them runs at a time: members are joining, or the generation waits for them to sync.
    private readonly Countdown _joinDeadline;
    private readonly Countdown _syncDeadline;
    private TimeSpan _initialDelayLeft;
    private bool _initialDelay;
    private bool _newMember;
    private string? _leader;

    /// <param name="time">Counts sessions and rebalances.</param>
    /// <param name="gate">The lock of the group.</param>
    /// <param name="options">The limits.</param>
    /// <param name="generation">The last one that there was, or zero.</param>
    /// <param name="protocolType">What the group was for, or nothing.</param>
    /// <param name="begun">Is told of every generation, with the type of its protocol, before any member is.</param>
    public Membership(TimeProvider time, Lock gate, GroupOptions options, int generation, string protocolType, Action<int, string> begun)
    {
        _time = time;
        _gate = gate;
        _options = options;
        _begun = begun;
        Generation = generation;
        ProtocolType = protocolType;
        _joinDeadline = new Countdown(time, gate, OnJoinDeadline);
        _syncDeadline = new Countdown(time, gate, OnSyncDeadline);
        EmptySince = time.GetUtcNow();
    }

    public GroupState State { get; private set; }

    public int Generation { get; private set; }

    /// <summary>What the members do together, such as <c>consumer</c>; empty before the first joins.</summary>
    public string ProtocolType { get; private set; }

    /// <summary>The assignor of the generation; null while there is none.</summary>
    public string? Protocol { get; private set; }

    public IReadOnlyCollection<Member> Members => _members.Values;

    /// <summary>Whether nobody is a member or about to become one.</summary>
    public bool IsDeserted => State == GroupState.Empty && _members.Count == 0 && _invited.Count == 0;

    /// <summary>Since when the group has been empty, if it is.</summary>
    public DateTimeOffset EmptySince { get; private set; }

    /// <summary>Whether a member may speak: it is one, under its latest id, and of this generation.</summary>
    public KafkaError Check(string memberId, string? instanceId, int generation) =>
        Find(memberId, instanceId, out var member) is var error and not KafkaError.None ? error
        : generation != Generation ? KafkaError.IllegalGeneration
        : member is null ? KafkaError.UnknownMemberId
        : KafkaError.None;

    /// <summary>Counts a member's session anew.</summary>
    public void Touch(string memberId)
    {
        if (_members.TryGetValue(memberId, out var member))
        {
            member.Touch();
        }
    }

    /// <summary>The end of the group: nobody is in it, and nobody gets in.</summary>
    public void Dispose()
    {
        foreach (var member in _members.Values.ToList())
        {
            Remove(member, KafkaError.CoordinatorNotAvailable);
        }

        foreach (var invited in _invited.Keys.ToList())
        {
            Uninvite(invited);
        }

        State = GroupState.Dead;
        _joinDeadline.Dispose();
        _syncDeadline.Dispose();
    }

    /// <summary>Forgets a request that waits, and with it a member that has not been in a generation yet.</summary>
    /// <param name="answer">What the request got from <see cref="Join"/> or <see cref="Sync"/>.</param>
    /// <param name="aborted">Why.</param>
    public void Abandon(Task answer, CancellationToken aborted)
    {
        if (_members.Values.FirstOrDefault(member => member.Joining?.Task == answer || member.Syncing?.Task == answer) is not { } member)
        {
            return;
        }

        member.Abandon(aborted);
        if (!member.Joined && member.InstanceId is null)
        {
            Remove(member, KafkaError.UnknownMemberId);
            Rebalance();
        }
    }

    private KafkaError Find(string memberId, string? instanceId, out Member? member)
    {
        member = null;
        if (instanceId is not null)
        {
            return !_static.TryGetValue(instanceId, out member) ? KafkaError.UnknownMemberId
                : member.Id != memberId ? KafkaError.FencedInstanceId
                : KafkaError.None;
        }

        return _members.TryGetValue(memberId, out member) ? KafkaError.None : KafkaError.UnknownMemberId;
    }

    private Member Add(string id, string? instanceId)
    {
        var session = new Countdown(_time, _gate, () => OnSilence(id));
        var member = new Member(id, instanceId, session);
        _members.Add(id, member);
        if (instanceId is not null)
        {
            _static[instanceId] = member;
        }

        _leader ??= id;
        _newMember = true;
        return member;
    }

    // Answers what the member waits for with the reason why it is none any more.
    private void Remove(Member member, KafkaError reason)
    {
        _members.Remove(member.Id);
        if (member.InstanceId is not null && _static.GetValueOrDefault(member.InstanceId) == member)
        {
            _static.Remove(member.InstanceId);
        }

        member.Answer(new JoinGroupResponse { Error = reason, MemberId = member.Id });
        member.Answer(new SyncGroupResponse { Error = reason });
        member.Dispose();
        if (_leader == member.Id)
        {
            _leader = _members.Values.FirstOrDefault(one => one.Joining is not null)?.Id ?? _members.Keys.FirstOrDefault();
        }
    }

    private void OnSilence(string memberId)
    {
        if (_members.TryGetValue(memberId, out var member))
        {
            Remove(member, KafkaError.UnknownMemberId);
            Rebalance();
        }
    }

    private string Invite(string id, TimeSpan sessionTimeout)
    {
        var countdown = new Countdown(_time, _gate, () =>
        {
            Uninvite(id);
            CompleteJoinIfAllAreHere();
        });
        _invited.Add(id, countdown);
        countdown.Start(sessionTimeout);
        return id;
    }

    private bool Uninvite(string id)
    {
        if (!_invited.Remove(id, out var countdown))
        {
            return false;
        }

        countdown.Dispose();
        return true;
    }
}
