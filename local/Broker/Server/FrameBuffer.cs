using System.Buffers;
using System.Buffers.Binary;

namespace Millrace.Broker.Server;

/// <summary>An answer as it is written: four bytes for its length, then what follows.</summary>
internal sealed class FrameBuffer : IBufferWriter<byte>, IDisposable
{
    private const int LengthBytes = 4;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1024);
    private int _written = LengthBytes;

    /// <summary>The frame with its length, complete; valid until more is written.</summary>
    public ReadOnlyMemory<byte> Frame
    {
        get
        {
            BinaryPrimitives.WriteInt32BigEndian(_bytes, _written - LengthBytes);
            return _bytes.AsMemory(0, _written);
        }
    }

    /// <summary>Forgets what was written.</summary>
    public void Clear() => _written = LengthBytes;

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_written);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Reserve(int size)
    {
        if (_bytes.Length - _written >= Math.Max(size, 1))
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_written + Math.Max(size, 1), _bytes.Length * 2));
        _bytes.AsSpan(0, _written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
