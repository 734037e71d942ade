using Millrace.Core;

namespace Millrace.Local;

/// <summary>Where a stage is to go on.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="To">The place.</param>
/// <param name="Topic">Only in this topic; null is in all that the stage reads.</param>
/// <param name="Partition">Only in the partition of this number; null is in all.</param>
internal sealed record RewindRequest(StageDefinition Stage, BackfillBound To, string? Topic = null, int? Partition = null);
