namespace Millrace.Local;

/// <summary>How long events took, from their start to their outcome.</summary>
/// <param name="P50Ms">Half of them took no longer, in milliseconds.</param>
/// <param name="P99Ms">99 of 100 took no longer, in milliseconds.</param>
internal sealed record StageLatencies(double P50Ms, double P99Ms);
