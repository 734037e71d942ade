namespace Millrace.Connectors;

/// <summary>That a partition is ours, as of the last transaction that proved it.</summary>
/// <param name="Epoch">Which of its owners we are.</param>
/// <param name="Next">The checkpoint.</param>
/// <param name="Since">The clock's timestamp of the proof.</param>
internal sealed record PostgresOwnership(long Epoch, long Next, long Since);
