namespace Millrace.Local;

/// <summary>One line of a file of events, as it stands there.</summary>
/// <param name="Bytes">The line without its end; not decoded, not checked.</param>
/// <param name="File">The path of the file.</param>
/// <param name="Line">The number of the line, from 1.</param>
public readonly record struct FeedLine(byte[] Bytes, string File, long Line);
