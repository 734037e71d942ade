using System.Buffers;

namespace Millrace.Connectors;

/// <summary>Keeps the memory of a partition's last batch for the next: a session lasts for one batch, and its events are large.</summary>
internal sealed class SpoolBuffers
{
    // Of an exceptional batch nothing is kept.
    private const int MaxKept = 4 << 20;

    private ArrayBufferWriter<byte>? _kept;

    /// <summary>An empty buffer.</summary>
    public ArrayBufferWriter<byte> Take() => Interlocked.Exchange(ref _kept, null) ?? new ArrayBufferWriter<byte>();

    /// <summary>Gives a buffer back that nobody uses any more.</summary>
    public void Return(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity <= MaxKept)
        {
            buffer.ResetWrittenCount();
            Volatile.Write(ref _kept, buffer);
        }
    }
}
