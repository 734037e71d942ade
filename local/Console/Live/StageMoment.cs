namespace Millrace.Local;

/// <summary>What is kept of a stage in a look.</summary>
/// <param name="Lag">Its lag, in offsets.</param>
/// <param name="In">What came, in offsets a second; null after the first look.</param>
/// <param name="Settled">What it settled, in offsets a second; null after the first look.</param>
internal sealed record StageMoment(long Lag, double? In, double? Settled);
