namespace Millrace.Local;

/// <summary>What came of a scaled run.</summary>
/// <param name="Stages">The stages, all of whose workers have ended.</param>
/// <param name="Lags">The events that each has left behind.</param>
/// <param name="Feed">What was fed.</param>
/// <param name="IsDrained">Whether the feed had ended, and no stage has left anything behind.</param>
/// <param name="IsComplete">Whether everything is accounted for.</param>
internal sealed record ScaleOutcome(IReadOnlyList<ScaledStage> Stages, IReadOnlyDictionary<string, long> Lags, DevAccount Feed, bool IsDrained, bool IsComplete);
