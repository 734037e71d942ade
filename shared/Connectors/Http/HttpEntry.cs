using Millrace.Core;

namespace Millrace.Connectors;

/// <summary>An event that waits to be posted.</summary>
/// <param name="Processed">The event's record.</param>
/// <param name="Action">What stands in the line before the event; empty where the format has none.</param>
/// <param name="Document">The event; empty where the action says all.</param>
/// <param name="Id">What the receiver knows it by; null where the format does not say.</param>
internal sealed record HttpEntry(ProcessedRecord Processed, ReadOnlyMemory<byte> Action, ReadOnlyMemory<byte> Document, string? Id = null)
{
    private const int Separators = 2;

    /// <summary>Its place among the partition's records.</summary>
    public long Offset => Processed.Input.Position.Offset;

    /// <summary>What it adds to a request, in bytes.</summary>
    public int Size => Action.Length + Document.Length + Separators;
}
