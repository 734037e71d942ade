namespace Millrace.Broker.Storage;

/// <summary>A record's place and time.</summary>
/// <param name="Offset">Its offset.</param>
/// <param name="Timestamp">In milliseconds since 1970.</param>
internal readonly record struct OffsetAndTime(long Offset, long Timestamp);
