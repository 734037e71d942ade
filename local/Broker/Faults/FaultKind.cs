namespace Millrace.Broker;

/// <summary>What a fault does to a request.</summary>
public enum FaultKind
{
    /// <summary>It is refused with an error, and has no effect.</summary>
    Fail,

    /// <summary>It waits before it is looked at.</summary>
    Delay,

    /// <summary>Its connection is closed instead of an answer.</summary>
    Drop,

    /// <summary>It is refused as by a broker that is not the coordinator of the group or transactional id, if it is a request for one.</summary>
    LoseCoordinator,
}
