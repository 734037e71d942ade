using Millrace.Broker.Protocol;

namespace Millrace.Broker.Groups;

/// <summary>An offset that a group has committed in a partition, as it is kept.</summary>
internal sealed class CommittedOffset : IWireStruct
{
    /// <summary>The offset of the next record that the group wants.</summary>
    public long Offset;

    /// <summary>The epoch of leadership of the last record that it had; -1 if it did not say.</summary>
    public int LeaderEpoch = -1;

    /// <summary>What the group wants to remember with it.</summary>
    public string? Metadata;

    /// <summary>When it was committed, in milliseconds since 1970.</summary>
    public long CommittedAt;

    /// <summary>Its place among the commits of the group: the later one counts, even if an earlier one becomes visible after it.</summary>
    public long Sequence;

    public void Describe(Wire wire)
    {
        wire.Int64(ref Offset);
        wire.Int32(ref LeaderEpoch);
        wire.NullableString(ref Metadata);
        wire.Int64(ref CommittedAt);
        wire.Int64(ref Sequence);
        wire.Tags();
    }
}
