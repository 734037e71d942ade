namespace Millrace.Local;

/// <summary>A line and the stream that it goes to.</summary>
/// <param name="Stream">The name of the stream.</param>
/// <param name="Line">The line.</param>
public readonly record struct RoutedLine(string Stream, FeedLine Line);
