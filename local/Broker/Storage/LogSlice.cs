using Millrace.Broker.Protocol;

namespace Millrace.Broker.Storage;

/// <summary>A part of a segment, which stays readable until it is disposed whatever becomes of the segment.</summary>
internal sealed class LogSlice(ILogFile file, long position, int length) : IRecords
{
    private readonly IDisposable _hold = file.Hold();

    public int Length => length;

    public void CopyTo(Span<byte> target)
    {
        var count = file.Read(position, target[..length]);
        if (count < length)
        {
            throw new IOException($"A segment has {count} bytes where {length} were written.");
        }
    }

    public void Dispose() => _hold.Dispose();
}
