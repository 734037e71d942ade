namespace Millrace.Broker.Storage;

/// <summary>A transaction that was aborted.</summary>
/// <param name="ProducerId">Whose it was.</param>
/// <param name="FirstOffset">The offset of its first record.</param>
/// <param name="LastOffset">The offset of the marker that aborts it.</param>
internal readonly record struct AbortedTransaction(long ProducerId, long FirstOffset, long LastOffset);
