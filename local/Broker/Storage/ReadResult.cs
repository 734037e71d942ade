using Millrace.Broker.Protocol;

namespace Millrace.Broker.Storage;

/// <summary>What a read of a partition found; <see cref="Records"/> has to be disposed.</summary>
/// <param name="Error">Why there are no records, if that is an error.</param>
/// <param name="StartOffset">The partition's first offset when it was read.</param>
/// <param name="EndOffset">The next record's offset when it was read.</param>
/// <param name="LastStableOffset">The end of what is decided when it was read.</param>
/// <param name="Records">Whole batches, of which the first may begin below the offset; null when there are none.</param>
/// <param name="AbortedTransactions">The aborted transactions with records among these, in the order of their first offsets; null unless they were asked for.</param>
internal sealed record ReadResult(
    KafkaError Error,
    long StartOffset,
    long EndOffset,
    long LastStableOffset,
    IRecords? Records,
    IReadOnlyList<AbortedTransaction>? AbortedTransactions);
