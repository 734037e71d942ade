using System.Buffers.Binary;
using System.IO.Compression;
using K4os.Compression.LZ4.Streams;
using ZstdSharp;

namespace Millrace.Broker.Storage.Records;

/// <summary>The compressions of record batches, by the numbers that the format gives them.</summary>
internal static class Codec
{
    public const int None = 0;
    public const int Gzip = 1;
    public const int Snappy = 2;
    public const int Lz4 = 3;
    public const int Zstd = 4;

    /// <summary>What records that are looked at may have at most when they are decompressed, in bytes.</summary>
    public const int MaxDecompressed = 256 * 1024 * 1024;

    // Java's clients frame snappy: this mark, two versions, then blocks that have their length before them.
    private const int SnappyHeaderSize = 16;
    private const int SnappyBlockSize = 32 * 1024;

    private static ReadOnlySpan<byte> SnappyMark => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    /// <summary>Decompresses.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such thing, or more than <paramref name="most"/> when decompressed.</exception>
    public static byte[] Decompress(int codec, ReadOnlySpan<byte> bytes, int most = MaxDecompressed)
    {
        try
        {
            return codec switch
            {
                None => bytes.Length <= most ? bytes.ToArray() : throw TooMuch(most),
                Gzip => FromStream(new GZipStream(ToStream(bytes), CompressionMode.Decompress), most),
                Snappy => FromSnappy(bytes, most),
                Lz4 => FromStream(LZ4Stream.Decode(ToStream(bytes)), most),
                Zstd => FromStream(new DecompressionStream(ToStream(bytes)), most),
                _ => throw new InvalidDataException($"There is no codec {codec}."),
            };
        }
        catch (Exception e) when (e is not (InvalidDataException or OutOfMemoryException))
        {
            // Each of the libraries has exceptions of its own for what is damaged.
            throw new InvalidDataException($"Records cannot be decompressed (codec {codec}): {e.Message}", e);
        }
    }

    /// <summary>Compresses.</summary>
    public static byte[] Compress(int codec, ReadOnlySpan<byte> bytes)
    {
        using var target = new MemoryStream();
        switch (codec)
        {
            case None:
                return bytes.ToArray();
            case Gzip:
                using (var stream = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
                {
                    stream.Write(bytes);
                }

                break;
            case Snappy:
                ToSnappy(bytes, target);
                break;
            case Lz4:
                using (var stream = LZ4Stream.Encode(target, leaveOpen: true))
                {
                    stream.Write(bytes);
                }

                break;
            case Zstd:
                using (var stream = new CompressionStream(target, leaveOpen: true))
                {
                    stream.Write(bytes);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(codec), codec, "There is no such codec.");
        }

        return target.ToArray();
    }

    private static byte[] FromSnappy(ReadOnlySpan<byte> bytes, int most)
    {
        if (!bytes.StartsWith(SnappyMark))
        {
            return FromSnappyBlock(bytes, most);
        }

        using var target = new MemoryStream();
        for (var rest = bytes[SnappyHeaderSize..]; rest.Length > 0;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest);
            target.Write(FromSnappyBlock(rest.Slice(sizeof(int), length), most - (int)target.Length));
            rest = rest[(sizeof(int) + length)..];
        }

        return target.ToArray();
    }

    private static byte[] FromSnappyBlock(ReadOnlySpan<byte> bytes, int most)
    {
        var length = Snappier.Snappy.GetUncompressedLength(bytes);
        if (length < 0 || length > most)
        {
            throw TooMuch(most);
        }

        return Snappier.Snappy.DecompressToArray(bytes);
    }

    private static void ToSnappy(ReadOnlySpan<byte> bytes, MemoryStream target)
    {
        Span<byte> header = stackalloc byte[SnappyHeaderSize];
        SnappyMark.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], 1);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], 1);
        target.Write(header);
        for (; bytes.Length > 0; bytes = bytes[Math.Min(SnappyBlockSize, bytes.Length)..])
        {
            var block = Snappier.Snappy.CompressToArray(bytes[..Math.Min(SnappyBlockSize, bytes.Length)]);
            BinaryPrimitives.WriteInt32BigEndian(header, block.Length);
            target.Write(header[..sizeof(int)]);
            target.Write(block);
        }
    }

    private static MemoryStream ToStream(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    private static byte[] FromStream(Stream stream, int most)
    {
        using (stream)
        using (var target = new MemoryStream())
        {
            var buffer = new byte[32 * 1024];
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                if (target.Length + count > most)
                {
                    throw TooMuch(most);
                }

                target.Write(buffer, 0, count);
            }

            return target.ToArray();
        }
    }

    private static InvalidDataException TooMuch(int most) => new($"Records have more than {most} bytes when they are decompressed.");
}
