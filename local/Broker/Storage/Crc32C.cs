using System.Numerics;
using System.Runtime.InteropServices;

namespace Millrace.Broker.Storage;

/// <summary>The checksum of record batches (CRC-32C), which is also that of the other files here.</summary>
internal static class Crc32C
{
    /// <summary>Of all the bytes, or of more bytes after those that gave <paramref name="before"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var crc = ~before;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var one in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
