namespace Millrace.Schemas;

/// <summary>A string in a JSON text, without its quotes.</summary>
/// <param name="Start">The place of its first byte.</param>
/// <param name="Length">How many bytes it has, as written.</param>
/// <param name="IsEscaped">Whether there are escapes among them.</param>
internal readonly record struct JsonStringToken(int Start, int Length, bool IsEscaped);
