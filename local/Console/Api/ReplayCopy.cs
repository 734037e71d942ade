namespace Millrace.Local;

/// <summary>A corrected copy of an event that failed.</summary>
/// <param name="Id">The id of the error event, or its position, by which it is found at once.</param>
/// <param name="Event">The copy.</param>
internal sealed record ReplayCopy(string? Id, string? Event);
