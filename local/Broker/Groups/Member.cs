namespace Millrace.Broker.Groups;

/// <summary>A member of a group.</summary>
/// <remarks>Guarded by the lock of the group.</remarks>
internal sealed class Member(string id, string? instanceId, Countdown session) : IDisposable
{
    /// <summary>What the group calls it; a static member gets a new one whenever it starts.</summary>
    public string Id { get; } = id;

    /// <summary>What a static member calls itself (KIP-345); null for a dynamic one.</summary>
    public string? InstanceId { get; } = instanceId;

    public string ClientId { get; set; } = "";

    public string Host { get; set; } = "";

    public TimeSpan SessionTimeout { get; set; }

    public TimeSpan RebalanceTimeout { get; set; }

    /// <summary>The assignors that it supports, the one it likes best first, with its metadata for each.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Protocols { get; set; } = [];

    public ReadOnlyMemory<byte> Assignment { get; set; }

    /// <summary>Whether it has been in a generation.</summary>
    public bool Joined { get; set; }

    /// <summary>Whether it asked for its assignment in this generation.</summary>
    public bool Synced { get; set; }

    /// <summary>The answer to its JoinGroup, while it waits for it.</summary>
    public TaskCompletionSource<JoinGroupResponse>? Joining { get; private set; }

    /// <summary>The answer to its SyncGroup, while it waits for it.</summary>
    public TaskCompletionSource<SyncGroupResponse>? Syncing { get; private set; }

    /// <summary>How much it has sent about itself.</summary>
    public long MetadataBytes => Protocols.Sum(one => (long)one.Value.Length);

    public bool Supports(string protocol) => Protocols.Any(one => one.Key == protocol);

    public ReadOnlyMemory<byte> Metadata(string? protocol) => Protocols.FirstOrDefault(one => one.Key == protocol).Value;

    public bool HasSameProtocols(IReadOnlyList<KeyValuePair<string, byte[]>> protocols) =>
        Protocols.Count == protocols.Count
        && Protocols.Zip(protocols).All(pair => pair.First.Key == pair.Second.Key && pair.First.Value.AsSpan().SequenceEqual(pair.Second.Value));

    /// <summary>Counts the session from now on.</summary>
    public void Touch()
    {
        // Who waits for the broker cannot be late.
        if (Joining is null && Syncing is null)
        {
            session.Start(SessionTimeout);
        }
    }

    /// <summary>Has it wait for the end of the joining; an earlier request of it that waits is refused.</summary>
    public Task<JoinGroupResponse> WaitToJoin()
    {
        Answer(new JoinGroupResponse { Error = KafkaError.RebalanceInProgress, MemberId = Id });
        session.Stop();
        Joining = new TaskCompletionSource<JoinGroupResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Joining.Task;
    }

    /// <summary>Has it wait for the leader's assignment; an earlier request of it that waits is refused.</summary>
    public Task<SyncGroupResponse> WaitToSync()
    {
        Answer(new SyncGroupResponse { Error = KafkaError.RebalanceInProgress });
        session.Stop();
        Syncing = new TaskCompletionSource<SyncGroupResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Syncing.Task;
    }

    /// <summary>Answers its JoinGroup, if it waits.</summary>
    public void Answer(JoinGroupResponse answer)
    {
        if (Joining is { } joining)
        {
            Joining = null;
            Touch();
            joining.TrySetResult(answer);
        }
    }

    /// <summary>Answers its SyncGroup, if it waits.</summary>
    public void Answer(SyncGroupResponse answer)
    {
        if (Syncing is { } syncing)
        {
            Syncing = null;
            Touch();
            syncing.TrySetResult(answer);
        }
    }

    /// <summary>Forgets what it waits for: nobody is left to read the answer.</summary>
    public void Abandon(CancellationToken aborted)
    {
        var (joining, syncing) = (Joining, Syncing);
        (Joining, Syncing) = (null, null);
        Touch();
        joining?.TrySetCanceled(aborted);
        syncing?.TrySetCanceled(aborted);
    }

    public void Dispose() => session.Dispose();
}
