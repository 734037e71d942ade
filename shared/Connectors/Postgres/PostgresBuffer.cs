using System.Buffers;
using System.Buffers.Binary;

namespace Millrace.Connectors;

/// <summary>Rows in the binary form of COPY, one behind the other. Its memory is rented until it is disposed.</summary>
internal sealed class PostgresBuffer : IDisposable
{
    private const int Smallest = 64 * 1024;

    private byte[] _bytes = [];

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Slice(int start, int length) => _bytes.AsMemory(start, length);

    /// <summary>Room for that many bytes, to be filled at once.</summary>
    public Span<byte> Take(int length)
    {
        var needed = checked(Length + length);
        if (needed > _bytes.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(2L * _bytes.Length, Math.Max(needed, Smallest), Array.MaxLength));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            Return();
            _bytes = larger;
        }

        var taken = _bytes.AsSpan(Length, length);
        Length = needed;
        return taken;
    }

    /// <summary>Forgets what was written behind a place.</summary>
    public void Truncate(int length) => Length = length;

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    public void Int16(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(2), value);

    public void Bool(bool value)
    {
        var field = Take(5);
        BinaryPrimitives.WriteInt32BigEndian(field, 1);
        field[4] = value ? (byte)1 : (byte)0;
    }

    public void Int32(int value)
    {
        var field = Take(8);
        BinaryPrimitives.WriteInt32BigEndian(field, 4);
        BinaryPrimitives.WriteInt32BigEndian(field[4..], value);
    }

    public void Int64(long value)
    {
        var field = Take(12);
        BinaryPrimitives.WriteInt32BigEndian(field, 8);
        BinaryPrimitives.WriteInt64BigEndian(field[4..], value);
    }

    public void Double(double value) => Int64(BitConverter.DoubleToInt64Bits(value));

    public void Bytes(ReadOnlySpan<byte> value)
    {
        var field = Take(4 + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(field, value.Length);
        value.CopyTo(field[4..]);
    }

    /// <summary>A value of jsonb, whose binary form is a version and the text.</summary>
    public void Jsonb(ReadOnlySpan<byte> json)
    {
        var field = Take(5 + json.Length);
        BinaryPrimitives.WriteInt32BigEndian(field, 1 + json.Length);
        field[4] = 1;
        json.CopyTo(field[5..]);
    }

    public void Dispose()
    {
        Return();
        (_bytes, Length) = ([], 0);
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
