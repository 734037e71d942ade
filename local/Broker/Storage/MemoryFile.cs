namespace Millrace.Broker.Storage;

/// <summary>A file in chunks of memory; whoever has it can read it.</summary>
internal sealed class MemoryFile : ILogFile, IDisposable
{
    // Large enough that the collector leaves it where it is: what is kept must not be copied about.
    private const int ChunkSize = 1024 * 1024;

    private const int SmallestChunk = 1024;

    private readonly Lock _gate = new();
    private readonly List<byte[]> _chunks = [];
    private long _length;

    /// <summary>Whether it has been made.</summary>
    public bool Exists { get; private set; }

    public long Length
    {
        get
        {
            lock (_gate)
            {
                return _length;
            }
        }
    }

    public void Write(long position, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            Exists = true;
            Reserve(position + bytes.Length);
            _length = Math.Max(_length, position + bytes.Length);
            for (; bytes.Length > 0;)
            {
                var chunk = _chunks[(int)(position / ChunkSize)].AsSpan((int)(position % ChunkSize));
                var count = Math.Min(chunk.Length, bytes.Length);
                bytes[..count].CopyTo(chunk);
                bytes = bytes[count..];
                position += count;
            }
        }
    }

    public int Read(long position, Span<byte> target)
    {
        lock (_gate)
        {
            var total = (int)Math.Clamp(_length - position, 0, target.Length);
            target = target[..total];
            for (; target.Length > 0;)
            {
                var chunk = _chunks[(int)(position / ChunkSize)].AsSpan((int)(position % ChunkSize));
                var count = Math.Min(chunk.Length, target.Length);
                chunk[..count].CopyTo(target);
                target = target[count..];
                position += count;
            }

            return total;
        }
    }

    public void Truncate(long length)
    {
        lock (_gate)
        {
            Exists = true;
            _length = Math.Min(_length, length);
            var chunks = (int)((_length + ChunkSize - 1) / ChunkSize);
            _chunks.RemoveRange(chunks, _chunks.Count - chunks);
        }
    }

    public void Flush()
    {
    }

    public IDisposable Hold() => this;

    public void Dispose()
    {
    }

    private void Reserve(long length)
    {
        // The first chunk grows with what is in it: a thousand small partitions are small.
        if (length > 0 && _chunks.Count == 0)
        {
            _chunks.Add(new byte[SmallestChunk]);
        }

        if (_chunks.Count == 1 && _chunks[0].Length < Math.Min(length, ChunkSize))
        {
            var grown = _chunks[0];
            Array.Resize(ref grown, (int)Math.Min(ChunkSize, Math.Max(length, 4L * grown.Length)));
            _chunks[0] = grown;
        }

        while ((long)_chunks.Count * ChunkSize < length)
        {
            _chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkSize));
        }
    }
}
