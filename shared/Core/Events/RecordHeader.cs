namespace Millrace.Core;

/// <summary>A header of a Kafka record. A name may repeat; the order counts.</summary>
/// <param name="Name">The header's name.</param>
/// <param name="Value">The header's bytes; null is a header without a value.</param>
public readonly record struct RecordHeader(string Name, byte[]? Value);
