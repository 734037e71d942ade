namespace Millrace.Local;

/// <summary>One look at a cluster.</summary>
/// <param name="Number">Which one, counted from 1.</param>
/// <param name="At">When.</param>
internal sealed record ClusterLook(long Number, DateTimeOffset At)
{
    /// <summary>Why nothing was seen; null where something was. Then the stages and streams are those of the look that last saw them.</summary>
    public string? Unreachable { get; init; }

    /// <summary>When the stages and streams were seen; null where they never were.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>The stages, upstream first.</summary>
    public IReadOnlyList<StageLook> Stages { get; init; } = [];

    /// <summary>The streams, those of errors included.</summary>
    public IReadOnlyList<StreamLook> Streams { get; init; } = [];
}
