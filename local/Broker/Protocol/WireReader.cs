using System.Buffers.Binary;
using System.Text;

namespace Millrace.Broker.Protocol;

/// <summary>Reads structures from a frame, never beyond its end, and never makes room for more than it can hold.</summary>
internal sealed class WireReader(Memory<byte> frame, short version, bool flexible) : Wire(version, flexible)
{
    /// <summary>The longest string, in bytes: compact strings could be longer, which Kafka refuses, too, and no inflexible answer could repeat one.</summary>
    public const int MaxString = short.MaxValue;

    /// <summary>How many elements the arrays of a frame have together, at most: each becomes an object, and most have a share in the answer.</summary>
    public const int MaxElements = 500_000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private int _position;
    private int _elements;

    public override bool IsReading => true;

    /// <summary>How many bytes are left.</summary>
    public int Remaining => frame.Length - _position;

    protected override void OnBool(ref bool value) => value = Take(1)[0] != 0;

    protected override void OnInt8(ref sbyte value) => value = (sbyte)Take(1)[0];

    protected override void OnInt16(ref short value) => value = BinaryPrimitives.ReadInt16BigEndian(Take(2));

    protected override void OnInt32(ref int value) => value = BinaryPrimitives.ReadInt32BigEndian(Take(4));

    protected override void OnInt64(ref long value) => value = BinaryPrimitives.ReadInt64BigEndian(Take(8));

    protected override void OnUuid(ref Guid value) => value = new Guid(Take(16), bigEndian: true);

    protected override void OnString(ref string? value)
    {
        var length = Flexible ? CompactLength() : BinaryPrimitives.ReadInt16BigEndian(Take(2));
        value = length < 0 ? null
            : length <= MaxString ? Text(Take(length))
            : throw new WireException($"A string is said to have {length} bytes; allowed are {MaxString}.");
    }

    protected override void OnBytes(ref ReadOnlyMemory<byte>? value)
    {
        var length = Flexible ? CompactLength() : BinaryPrimitives.ReadInt32BigEndian(Take(4));
        value = length < 0 ? null : TakeMemory(length);
    }

    protected override void OnRecords(ref IRecords? value)
    {
        var length = Flexible ? CompactLength() : BinaryPrimitives.ReadInt32BigEndian(Take(4));
        value = length < 0 ? null : new RecordBytes(TakeMemory(length));
    }

    protected override void OnArray<T>(ref List<T>? value, Func<Wire, T?, T> element)
        where T : default
    {
        var count = Flexible ? CompactLength() : BinaryPrimitives.ReadInt32BigEndian(Take(4));
        if (count < 0)
        {
            value = null;
            return;
        }

        // No element is smaller than a byte: a greater count is a lie, and would only cost memory.
        if (count > Remaining)
        {
            throw new WireException($"An array is said to have {count} elements where {Remaining} bytes are left.");
        }

        _elements += count;
        if (_elements > MaxElements)
        {
            throw new WireException($"The arrays of a frame have {_elements} elements or more; allowed are {MaxElements}.");
        }

        value = new List<T>(Math.Min(count, 64));
        for (var i = 0; i < count; i++)
        {
            value.Add(element(this, default));
        }
    }

    protected override void OnTags()
    {
        for (var count = UnsignedVarint(); count > 0; count--)
        {
            UnsignedVarint();
            var length = UnsignedVarint();
            Take(length <= int.MaxValue ? (int)length : throw new WireException($"A tagged field is said to have {length} bytes."));
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new WireException("A string is not UTF-8.");
        }
    }

    private int CompactLength()
    {
        var length = UnsignedVarint();
        return length <= int.MaxValue ? (int)length - 1 : throw new WireException($"A length is {length - 1}.");
    }

    private uint UnsignedVarint()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = Take(1)[0];
            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new WireException("A number is longer than five bytes.");
    }

    private ReadOnlySpan<byte> Take(int length) => TakeMemory(length).Span;

    private Memory<byte> TakeMemory(int length)
    {
        if (length < 0 || length > Remaining)
        {
            throw new WireException($"A field of {length} bytes stands where {Remaining} are left.");
        }

        var taken = frame.Slice(_position, length);
        _position += length;
        return taken;
    }
}
