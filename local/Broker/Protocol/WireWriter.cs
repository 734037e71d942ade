using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Millrace.Broker.Protocol;

/// <summary>Writes structures to a buffer.</summary>
internal sealed class WireWriter(IBufferWriter<byte> target, short version, bool flexible) : Wire(version, flexible)
{
    public override bool IsReading => false;

    protected override void OnBool(ref bool value) => Advance(1)[0] = value ? (byte)1 : (byte)0;

    protected override void OnInt8(ref sbyte value) => Advance(1)[0] = (byte)value;

    protected override void OnInt16(ref short value) => BinaryPrimitives.WriteInt16BigEndian(Advance(2), value);

    protected override void OnInt32(ref int value) => BinaryPrimitives.WriteInt32BigEndian(Advance(4), value);

    protected override void OnInt64(ref long value) => BinaryPrimitives.WriteInt64BigEndian(Advance(8), value);

    protected override void OnUuid(ref Guid value) => value.TryWriteBytes(Advance(16), bigEndian: true, out _);

    protected override void OnString(ref string? value)
    {
        var length = value is null ? -1 : Encoding.UTF8.GetByteCount(value);
        if (Flexible)
        {
            UnsignedVarint((uint)(length + 1));
        }
        else
        {
            BinaryPrimitives.WriteInt16BigEndian(Advance(2), checked((short)length));
        }

        if (length > 0)
        {
            Encoding.UTF8.GetBytes(value, Advance(length));
        }
    }

    protected override void OnBytes(ref ReadOnlyMemory<byte>? value)
    {
        Length(value?.Length ?? -1);
        if (value is { Length: > 0 } bytes)
        {
            bytes.Span.CopyTo(Advance(bytes.Length));
        }
    }

    protected override void OnRecords(ref IRecords? value)
    {
        Length(value?.Length ?? -1);
        if (value is { Length: > 0 })
        {
            value.CopyTo(Advance(value.Length));
        }
    }

    protected override void OnArray<T>(ref List<T>? value, Func<Wire, T?, T> element)
        where T : default
    {
        Length(value?.Count ?? -1);
        foreach (var one in value ?? [])
        {
            element(this, one);
        }
    }

    protected override void OnTags() => UnsignedVarint(0);

    private void Length(int length)
    {
        if (Flexible)
        {
            UnsignedVarint((uint)(length + 1));
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(Advance(4), length);
        }
    }

    private void UnsignedVarint(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Advance(1)[0] = (byte)(value | 0x80);
        }

        Advance(1)[0] = (byte)value;
    }

    private Span<byte> Advance(int length)
    {
        var span = target.GetSpan(length)[..length];
        target.Advance(length);
        return span;
    }
}
