using Millrace.Broker.Storage.Records;

namespace Millrace.Broker.Tests.Storage;

public sealed class CodecTests
{
    [Theory]
    [InlineData(Codec.None)]
    [InlineData(Codec.Gzip)]
    [InlineData(Codec.Snappy)]
    [InlineData(Codec.Lz4)]
    [InlineData(Codec.Zstd)]
    public void What_is_compressed_is_the_same_when_it_is_decompressed(int codec)
    {
        foreach (var size in (int[])[0, 1, 100, 32 * 1024, (32 * 1024) + 1, 500_000])
        {
            var bytes = new byte[size];
            new Random(size).NextBytes(bytes.AsSpan(0, size / 2));
            Assert.Equal(bytes, Codec.Decompress(codec, Codec.Compress(codec, bytes)));
        }
    }

    [Fact]
    public void Snappy_without_a_frame_is_understood() =>
        Assert.Equal("some text some text"u8, Codec.Decompress(Codec.Snappy, Snappier.Snappy.CompressToArray("some text some text"u8)));

    [Theory]
    [InlineData(Codec.None)]
    [InlineData(Codec.Gzip)]
    [InlineData(Codec.Snappy)]
    [InlineData(Codec.Lz4)]
    [InlineData(Codec.Zstd)]
    public void What_becomes_too_much_is_refused(int codec)
    {
        var bomb = Codec.Compress(codec, new byte[1_000_000]);
        Assert.Throws<InvalidDataException>(() => Codec.Decompress(codec, bomb, most: 999_999));
        Assert.Equal(1_000_000, Codec.Decompress(codec, bomb, most: 1_000_000).Length);
    }

    [Theory]
    [InlineData(Codec.Gzip)]
    [InlineData(Codec.Snappy)]
    [InlineData(Codec.Lz4)]
    [InlineData(Codec.Zstd)]
    public void What_is_no_such_thing_is_refused(int codec)
    {
        Assert.Throws<InvalidDataException>(() => Codec.Decompress(codec, "this is something else"u8));
        Assert.Throws<InvalidDataException>(() => Codec.Decompress(codec, [0x82, .. "SNAPPY\0"u8, 0, 0, 0, 1, 0, 0, 0, 1, 0x7f, 0, 0, 0, 1]));
    }
}
