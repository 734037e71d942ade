namespace Millrace.Local;

/// <summary>An event to be produced as it is.</summary>
/// <param name="Stream">The stream to produce it to.</param>
/// <param name="Value">Its bytes, whatever they are.</param>
internal readonly record struct FeedEvent(string Stream, byte[] Value);
