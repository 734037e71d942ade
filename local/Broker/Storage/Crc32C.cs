using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Millrace.Broker.Storage;

/// <summary>The checksum of record batches (CRC-32C), which is also that of the other files here.</summary>
internal static class Crc32C
{
    // The processor's instruction takes one word per cycle but gives its result after three: three parts at a time keep it busy.
    private const int PartWords = 256;

    private static readonly uint[] Shifts = ComputeShifts();

    /// <summary>Of all the bytes, or of more bytes after those that gave <paramref name="before"/>.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes, uint before = 0)
    {
        var crc = ~before;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        bytes = bytes[(words.Length * sizeof(ulong))..];
        for (; words.Length >= 3 * PartWords; words = words[(3 * PartWords)..])
        {
            crc = OfThreeParts(words[..(3 * PartWords)], crc);
        }

        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, LittleEndian(word));
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }

    private static uint OfThreeParts(ReadOnlySpan<ulong> words, uint crc)
    {
        var first = words[..PartWords];
        var second = words.Slice(PartWords, PartWords);
        var third = words.Slice(2 * PartWords, PartWords);
        uint crc2 = 0;
        uint crc3 = 0;
        for (var i = 0; i < first.Length && i < second.Length && i < third.Length; i++)
        {
            crc = BitOperations.Crc32C(crc, LittleEndian(first[i]));
            crc2 = BitOperations.Crc32C(crc2, LittleEndian(second[i]));
            crc3 = BitOperations.Crc32C(crc3, LittleEndian(third[i]));
        }

        return Shift(Shift(crc) ^ crc2) ^ crc3;
    }

    // What a checksum becomes when a part of zeros follows. That is linear, so it is the sum of what its bytes become.
    private static uint Shift(uint crc) =>
        Shifts[crc & 0xff] ^ Shifts[256 + ((crc >> 8) & 0xff)] ^ Shifts[512 + ((crc >> 16) & 0xff)] ^ Shifts[768 + (crc >> 24)];

    private static uint[] ComputeShifts()
    {
        var shifts = new uint[4 * 256];
        for (var position = 0; position < 4; position++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var crc = 1u << ((8 * position) + bit);
                for (var i = 0; i < PartWords; i++)
                {
                    crc = BitOperations.Crc32C(crc, 0ul);
                }

                for (var value = 0; value < 256; value++)
                {
                    shifts[(256 * position) + value] ^= (value & (1 << bit)) != 0 ? crc : 0;
                }
            }
        }

        return shifts;
    }

    private static ulong LittleEndian(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
}
