using System.Buffers;

namespace Millrace.Lookups;

/// <summary>The body of an answer in pooled memory, never more of it than a limit.</summary>
internal sealed class BoundedBody : IDisposable
{
    private const int FirstSize = 16 * 1024;
    private byte[] _buffer = [];

    /// <summary>The bytes read so far; valid until the body is disposed of.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    /// <summary>How many bytes were read.</summary>
    public int Length { get; private set; }

    /// <summary>Reads the body to its end. False when it is larger than the limit; the rest is then left unread.</summary>
    public async ValueTask<bool> TryReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        var announced = content.Headers.ContentLength;
        if (announced > limit)
        {
            return false;
        }

        // One byte more than announced leaves room for the read that finds the end.
        Grow(1 + (int)(announced ?? Math.Min(limit, FirstSize - 1)));
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (true)
            {
                if (Length == _buffer.Length)
                {
                    Grow((int)Math.Min(_buffer.Length * 2L, limit + 1L));
                }

                var read = await stream.ReadAsync(_buffer.AsMemory(Length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return true;
                }

                Length += read;
                if (Length > limit)
                {
                    return false;
                }
            }
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => Swap([]);

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        Bytes.CopyTo(larger);
        Swap(larger);
    }

    private void Swap(byte[] next)
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = next;
    }
}
