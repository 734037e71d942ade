using Millrace.Broker.Storage;

namespace Millrace.Broker.Tests.Storage;

public sealed class Crc32CTests
{
    [Fact]
    public void It_is_the_checksum_that_everybody_computes() => Assert.Equal(0xE3069283, Crc32C.Of("123456789"u8));

    [Fact]
    public void It_can_be_computed_in_parts_at_any_length()
    {
        var bytes = new byte[20_000];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length < bytes.Length; length += 1 + (length / 3))
        {
            var expected = Slow(bytes.AsSpan(0, length));
            Assert.Equal(expected, Crc32C.Of(bytes.AsSpan(0, length)));
            Assert.Equal(expected, Crc32C.Of(bytes.AsSpan(length / 3, length - (length / 3)), Crc32C.Of(bytes.AsSpan(0, length / 3))));
        }
    }

    private static uint Slow(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }

        return ~crc;
    }
}
