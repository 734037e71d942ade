namespace Millrace.Local;

/// <summary>One event of a live stream.</summary>
/// <param name="Id">The latest id that the server gave: where to resume after this event; null where it gave none yet.</param>
/// <param name="EventType">The kind of event; <c>message</c> unless the server names another.</param>
/// <param name="Data">The bytes of the <c>data</c> lines, joined with LF.</param>
public readonly record struct SseEvent(string? Id, string EventType, byte[] Data);
