namespace Millrace.Local;

/// <summary>What a replay has done.</summary>
/// <param name="Request">The request, which the marks of its events name.</param>
/// <param name="Plan">What was replayed, and what was left.</param>
internal sealed record ReplayResult(Guid Request, ReplayPlan Plan);
