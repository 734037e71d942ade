namespace Millrace.Local;

/// <summary>What was found in error streams.</summary>
/// <param name="Events">The newest of those that were wanted, oldest first.</param>
/// <param name="Matching">How many were wanted.</param>
/// <param name="ByType">How many of them there are of each kind, by stage and kind.</param>
/// <param name="Read">How many error events were read.</param>
/// <param name="Unreadable">How many records of the streams were no error events.</param>
/// <param name="IsAll">Whether all of the time that was asked for was read, and not only the newest.</param>
internal sealed record ErrorList(IReadOnlyList<FailedEvent> Events, long Matching, IReadOnlyDictionary<(string Stage, string Type), long> ByType, long Read, long Unreadable, bool IsAll);
