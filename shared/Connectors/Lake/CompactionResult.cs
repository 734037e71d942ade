namespace Millrace.Connectors;

/// <summary>What a compaction did.</summary>
/// <param name="Replaced">How many files were replaced.</param>
/// <param name="Written">By how many.</param>
/// <param name="BytesBefore">The size of those that were replaced.</param>
/// <param name="BytesAfter">The size of those that were written.</param>
/// <param name="Skipped">How many groups of files changed meanwhile, and were left as they are.</param>
public sealed record CompactionResult(int Replaced, int Written, long BytesBefore, long BytesAfter, int Skipped);
