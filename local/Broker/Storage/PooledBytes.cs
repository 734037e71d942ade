using System.Buffers;

namespace Millrace.Broker.Storage;

/// <summary>A buffer from the shared pool, given back when disposed; what is in it at first is anything.</summary>
internal sealed class PooledBytes(int length) : IDisposable
{
    private byte[]? _bytes = ArrayPool<byte>.Shared.Rent(length);

    /// <summary>As long as was asked for.</summary>
    public Span<byte> Span => _bytes.AsSpan(0, length);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
