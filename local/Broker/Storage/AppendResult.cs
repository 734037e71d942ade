namespace Millrace.Broker.Storage;

/// <summary>What became of batches that were to be appended.</summary>
/// <param name="Error">Why nothing was appended.</param>
/// <param name="Message">The same in words; null without an error.</param>
/// <param name="BaseOffset">The first record's offset; -1 with an error.</param>
/// <param name="StartOffset">The partition's first offset.</param>
internal readonly record struct AppendResult(KafkaError Error, string? Message, long BaseOffset, long StartOffset);
