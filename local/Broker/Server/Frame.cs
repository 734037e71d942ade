using System.Buffers;

namespace Millrace.Broker.Server;

/// <summary>A request as it came in, without its length. Whoever takes it disposes of it, and of nothing that points into it later.</summary>
internal sealed class Frame(byte[] pooled, int length) : IDisposable
{
    public Memory<byte> Bytes { get; } = pooled.AsMemory(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(pooled);
}
