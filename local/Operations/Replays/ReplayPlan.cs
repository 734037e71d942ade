using Millrace.Core;

namespace Millrace.Local;

/// <summary>What a replay would do, or has done.</summary>
/// <param name="Planned">The events that are replayed, the first of them in order.</param>
/// <param name="PlannedCount">How many these are.</param>
/// <param name="Refused">The events that cannot be replayed, the first of them, and why.</param>
/// <param name="RefusedCount">How many these are.</param>
/// <param name="AlreadyDone">The events that were replayed before and are left alone, the first of them.</param>
/// <param name="AlreadyDoneCount">How many these are.</param>
/// <param name="Unknown">What was asked for by id or position, and was not found.</param>
/// <param name="IsAll">Whether all of the error streams that was asked for was read, and not only the newest.</param>
internal sealed record ReplayPlan(
    IReadOnlyList<PlannedReplay> Planned, long PlannedCount,
    IReadOnlyList<RefusedReplay> Refused, long RefusedCount,
    IReadOnlyList<DoneReplay> AlreadyDone, long AlreadyDoneCount,
    IReadOnlyList<string> Unknown, bool IsAll);

/// <summary>An event that is replayed.</summary>
/// <param name="Id">The id of its error event.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Position">Where the error event stands.</param>
/// <param name="Source">Where the event first stood.</param>
/// <param name="IsEdited">Whether a corrected copy takes its place.</param>
internal sealed record PlannedReplay(string Id, string Stage, string Position, string Source, bool IsEdited);

/// <summary>An event that cannot be replayed.</summary>
/// <param name="Id">The id of its error event; null where it has none.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Position">Where the error event stands.</param>
/// <param name="Reason">Why, in one sentence.</param>
internal sealed record RefusedReplay(string? Id, string Stage, string Position, string Reason);

/// <summary>An event that was replayed before.</summary>
/// <param name="Id">The id of its error event.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Position">Where the error event stands.</param>
/// <param name="State">What came of it.</param>
/// <param name="Request">The request that replayed it.</param>
/// <param name="NewId">The id of the newer error event, where it failed again; else null.</param>
internal sealed record DoneReplay(string Id, string Stage, string Position, ErrorState State, Guid Request, string? NewId);
