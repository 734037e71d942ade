using System.Buffers;

namespace Millrace.Broker.Protocol;

/// <summary>Structures as bytes that are kept, in the encoding of the protocol.</summary>
internal static class WireBytes
{
    /// <summary>Writes a structure in that version, flexibly.</summary>
    public static byte[] Of<T>(T value, short version = 0)
        where T : IWireStruct
    {
        var buffer = new ArrayBufferWriter<byte>();
        value.Describe(new WireWriter(buffer, version, flexible: true));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="Of"/> wrote.</summary>
    /// <exception cref="WireException">The bytes are no such structure.</exception>
    public static T To<T>(ReadOnlyMemory<byte> bytes, short version = 0)
        where T : IWireStruct, new()
    {
        var value = new T();
        value.Describe(new WireReader(bytes.ToArray(), version, flexible: true));
        return value;
    }
}
