namespace Millrace.Local;

/// <summary>One request of a lookup: each attempt is one.</summary>
/// <param name="Request">Its method and address.</param>
/// <param name="Answer">The status and the size of the answer, or why there was none.</param>
/// <param name="Time">How long it took until the answer's end.</param>
internal sealed record TracedLookup(string Request, string Answer, TimeSpan Time);
