namespace Millrace.Local;

/// <summary>What KEDA makes of the offsets of one topic.</summary>
/// <param name="IsActive">Whether the lag is beyond the activation threshold.</param>
/// <param name="Lag">The metric that the autoscaler is given, in events.</param>
/// <param name="Total">The lag before any cap, in events.</param>
internal readonly record struct LagMetric(bool IsActive, long Lag, long Total);
