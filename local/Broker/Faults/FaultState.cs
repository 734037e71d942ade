namespace Millrace.Broker;

/// <summary>A fault that is still to come.</summary>
public sealed record FaultState
{
    /// <summary>The longest delay of one fault.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(10);

    private static readonly HashSet<ApiKey> Coordinated =
    [
        ApiKey.FindCoordinator, ApiKey.JoinGroup, ApiKey.SyncGroup, ApiKey.Heartbeat, ApiKey.LeaveGroup, ApiKey.OffsetCommit,
        ApiKey.OffsetFetch, ApiKey.OffsetDelete, ApiKey.DescribeGroups, ApiKey.DeleteGroups, ApiKey.InitProducerId,
        ApiKey.AddPartitionsToTxn, ApiKey.AddOffsetsToTxn, ApiKey.EndTxn, ApiKey.TxnOffsetCommit,
    ];

    /// <summary>What it does.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>The requests that it concerns; null for all that the kind can concern.</summary>
    public ApiKey? Request { get; init; }

    /// <summary>What the client's id has to begin with; null for all clients.</summary>
    public string? ClientId { get; init; }

    /// <summary>How many requests it will still concern; null for all until the faults are cleared.</summary>
    public int? Remaining { get; init; }

    /// <summary>What a request is refused with that is to fail; otherwise none.</summary>
    public KafkaError Error { get; init; }

    /// <summary>How long a request waits that is to be delayed; otherwise zero.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>When the connection is dropped of a request that is to be.</summary>
    public DropPoint Point { get; init; }

    /// <summary>Whether a request of that client is one of those that it concerns.</summary>
    internal bool Concerns(ApiKey key, string clientId) =>
        (Request is null ? Kind is not FaultKind.LoseCoordinator || Coordinated.Contains(key) : Request == key)
        && (ClientId is null || clientId.StartsWith(ClientId, StringComparison.Ordinal));
}
