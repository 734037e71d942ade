namespace Millrace.Local;

/// <summary>Where an event came from and went.</summary>
/// <param name="Roots">The events that it all began with, as far back as was found; none where the event was not found.</param>
/// <param name="SameTrace">Further events whose headers name the same trace, which no stage is known to have made of these.</param>
/// <param name="Read">How many records were read.</param>
/// <param name="IsAll">Whether all of the time that was asked for was read, and everything that was found is in the report.</param>
internal sealed record TraceReport(IReadOnlyList<TraceNode> Roots, IReadOnlyList<TraceNode> SameTrace, long Read, bool IsAll);
