namespace Millrace.Connectors;

/// <summary>What is known of an entry of a spool without its events.</summary>
/// <param name="Number">Its place in the spool, from 1.</param>
/// <param name="Next">The checkpoint behind its events: the first offset that it does not have.</param>
/// <param name="Rows">How many events it has.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Written">When it was written.</param>
internal sealed record SpoolEntry(long Number, long Next, int Rows, long Size, DateTimeOffset Written);
