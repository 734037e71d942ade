using System.Buffers;

namespace Millrace.Intake;

/// <summary>Bytes of a request in a pooled array that grows, each of them accounted for.</summary>
internal sealed class PooledBody(MemoryBudget budget) : IDisposable
{
    private const int FirstBytes = 4 * 1024;

    private byte[] _bytes = [];

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Length);

    /// <summary>The bytes as a stream, which is of use until this is disposed of.</summary>
    public MemoryStream Open() => new(_bytes, 0, Length, writable: false);

    /// <summary>Room behind what is there, for at least one byte.</summary>
    /// <param name="expected">How much is expected in all; more than that is found by growing.</param>
    /// <exception cref="RequestRefusal">There is no memory left.</exception>
    public Memory<byte> Room(int expected)
    {
        if (Length == _bytes.Length)
        {
            // Who announces much and sends little must not cost much.
            Grow(Math.Max(Math.Min(expected, Math.Max(FirstBytes, 4 * Length)), Length + 1));
        }

        return _bytes.AsMemory(Length);
    }

    /// <summary>Tells that so much of the room was written.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Adds bytes.</summary>
    /// <exception cref="RequestRefusal">There is no memory left.</exception>
    public void Add(ReadOnlySpan<byte> bytes, int expected)
    {
        while (!bytes.IsEmpty)
        {
            var room = Room(Math.Max(expected, Length + bytes.Length)).Span;
            var count = Math.Min(room.Length, bytes.Length);
            bytes[..count].CopyTo(room);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    public void Dispose()
    {
        var bytes = _bytes;
        (_bytes, Length) = ([], 0);
        Return(bytes);
    }

    private void Grow(int size)
    {
        budget.Take(size);
        var grown = ArrayPool<byte>.Shared.Rent(size);

        // What the pool gave beyond what was asked for is used, too.
        if (!budget.TryTake(grown.Length - size))
        {
            budget.Give(size);
            ArrayPool<byte>.Shared.Return(grown);
            throw new RequestRefusal(Microsoft.AspNetCore.Http.StatusCodes.Status503ServiceUnavailable, "Too many events wait to be stored.");
        }

        Bytes.CopyTo(grown);
        Return(_bytes);
        _bytes = grown;
    }

    private void Return(byte[] bytes)
    {
        if (bytes.Length > 0)
        {
            budget.Give(bytes.Length);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
