namespace Millrace.Broker.Groups;

/// <summary>Where a group stands; the names are those that clients see.</summary>
internal enum GroupState
{
    /// <summary>Nobody is in it; it may have offsets.</summary>
    Empty,

    /// <summary>Members are joining; everybody in the group has to.</summary>
    PreparingRebalance,

    /// <summary>A generation has begun and waits for its leader's assignment.</summary>
    CompletingRebalance,

    /// <summary>Everybody has an assignment.</summary>
    Stable,

    /// <summary>It is deleted.</summary>
    Dead,
}
