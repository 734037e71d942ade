using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>The names under which a table notes what it has of one partition of a stage, each with a number in its log.</summary>
/// <param name="Checkpoint">The first offset that it does not have.</param>
internal sealed record LakeApplication(string Checkpoint)
{
    /// <summary>Ends the name that counts late events.</summary>
    public const string Late = "#late";

    /// <summary>The number of the last entry of the spool.</summary>
    public string Entry { get; } = Checkpoint + "#spool";

    /// <summary>The latest <c>meta.dt</c> of the events, in milliseconds since 1970: the partition's watermark.</summary>
    public string Watermark { get; } = Checkpoint + "#time";

    /// <summary>How many events came when their hour had been marked complete.</summary>
    public string LateRows { get; } = Checkpoint + Late;

    public static LakeApplication Of(string stage, StreamPartition partition) => new($"{stage}/{partition.Topic}/{partition.Partition}");
}
