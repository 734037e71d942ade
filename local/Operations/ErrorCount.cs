namespace Millrace.Local;

/// <summary>How many events an error stream has.</summary>
/// <param name="Events">Those that were counted.</param>
/// <param name="IsAll">Whether these are all: counting stops at some number.</param>
internal readonly record struct ErrorCount(long Events, bool IsAll);
