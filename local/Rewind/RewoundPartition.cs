using Millrace.Core;

namespace Millrace.Local;

/// <summary>Where a stage is in a partition, and where it is to go on.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Begin">The first record that there still is.</param>
/// <param name="End">The end.</param>
/// <param name="Checkpoint">The first offset that is not settled.</param>
/// <param name="Trigger">What the trigger's group has committed; null is nothing.</param>
/// <param name="To">The first offset to be worked on.</param>
/// <param name="Since">The time of the record that stands there; null where the stage does not go back.</param>
internal sealed record RewoundPartition(StreamPartition Partition, long Begin, long End, long Checkpoint, long? Trigger, long To, DateTimeOffset? Since)
{
    /// <summary>How many offsets are worked on again.</summary>
    public long Again => Math.Max(0, Checkpoint - To);

    /// <summary>How many offsets are never worked on.</summary>
    public long Skipped => Math.Max(0, To - Checkpoint);

    /// <summary>Whether anything is to be set; not where a run before has done it all.</summary>
    public bool IsDue => Checkpoint != To || (Trigger is { } trigger && trigger > To);
}
