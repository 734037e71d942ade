namespace Millrace.Local;

/// <summary>What a stage does at the moment, as far as the cluster shows it.</summary>
internal enum StageActivity
{
    /// <summary>None of its topics exists.</summary>
    Absent,

    /// <summary>Its group has no members, and it has nothing to do.</summary>
    Idle,

    /// <summary>Its group has no members, and records wait: it is scaled to zero, or down.</summary>
    Stopped,

    /// <summary>Its group has members, and nothing waits.</summary>
    CaughtUp,

    /// <summary>Its group has members, and records wait.</summary>
    Working,

    /// <summary>Its group has members, records wait in some partition, and nothing of it was settled between two looks.</summary>
    Blocked,
}
