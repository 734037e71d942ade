namespace Millrace.Local;

/// <summary>How far the feed may run ahead of the stages.</summary>
/// <param name="Events">Events that are fed and that some stage has yet to deal with.</param>
/// <param name="Bytes">Bytes that were fed since the stages last caught up.</param>
/// <param name="EventBytes">The largest event that is fed at all.</param>
internal sealed record FeedLimit(long Events, long Bytes, long EventBytes);
