namespace Millrace.Local;

/// <summary>How far the feed may run ahead of the stages.</summary>
internal sealed record FeedLimit(long Events, long Bytes);
