namespace Millrace.Broker.Protocol;

/// <summary>Record batches in memory, which the log that takes them may write to: offsets are assigned in place.</summary>
internal sealed class RecordBytes(Memory<byte> bytes) : IRecords
{
    public Memory<byte> Memory { get; } = bytes;

    public int Length => Memory.Length;

    public void CopyTo(Span<byte> target) => Memory.Span.CopyTo(target);

    public void Dispose()
    {
    }
}
