using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Millrace.Intake;

/// <summary>Inflates bodies that came compressed, up to a size and a ratio.</summary>
internal sealed class BodyInflation(IntakeOptions options)
{
    private const int AlwaysAllowed = 64 * 1024;
    private const int MaxZstdWindow = 23;

    /// <summary>Refuses encodings that are not known, before anything is read.</summary>
    /// <exception cref="RequestRefusal">It is none of them.</exception>
    public static void Require(string encoding)
    {
        if (encoding.ToUpperInvariant() is not ("" or "IDENTITY" or "GZIP" or "X-GZIP" or "DEFLATE" or "BR" or "ZSTD"))
        {
            throw new RequestRefusal(StatusCodes.Status415UnsupportedMediaType, "The body's Content-Encoding is not supported; allowed is one of gzip, deflate, br, zstd.");
        }
    }

    /// <summary>The body as it is meant: another one, and the given one disposed of, where it was compressed.</summary>
    /// <exception cref="RequestRefusal">It becomes too large, or is broken.</exception>
    public PooledBody Inflate(string encoding, PooledBody body, MemoryBudget budget)
    {
        if (encoding.ToUpperInvariant() is "" or "IDENTITY")
        {
            return body;
        }

        var limit = (int)Math.Min(options.MaxBodyBytes, Math.Max(AlwaysAllowed, (long)body.Length * options.MaxInflation));
        var inflated = new PooledBody(budget);
        try
        {
            using var compressed = body.Open();
            using var plain = Open(encoding.ToUpperInvariant(), compressed);
            Copy(plain, inflated, limit);
        }
        catch (Exception broken)
        {
            inflated.Dispose();
            if (broken is InvalidDataException or IOException or ZstdException or InvalidOperationException)
            {
                throw new RequestRefusal(StatusCodes.Status400BadRequest, "The body cannot be inflated: it is not what Content-Encoding says.");
            }

            throw;
        }

        body.Dispose();
        return inflated;
    }

    private void Copy(Stream plain, PooledBody inflated, int limit)
    {
        // One byte more than allowed tells that there is more.
        while (inflated.Length <= limit)
        {
            var room = inflated.Room(limit + 1).Span;
            var count = plain.Read(room[..Math.Min(room.Length, limit + 1 - inflated.Length)]);
            if (count == 0)
            {
                return;
            }

            inflated.Advance(count);
        }

        throw new RequestRefusal(StatusCodes.Status413PayloadTooLarge, $"The body inflates to more than {limit} bytes; allowed are {options.MaxBodyBytes} bytes, and {options.MaxInflation} times what is sent.");
    }

    private static Stream Open(string encoding, MemoryStream compressed)
    {
        switch (encoding)
        {
            case "BR":
                return new BrotliStream(compressed, CompressionMode.Decompress);
            case "DEFLATE":
                return new ZLibStream(compressed, CompressionMode.Decompress);
            case "ZSTD":
                var plain = new DecompressionStream(compressed);
                plain.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxZstdWindow);
                return plain;
            default:
                return new GZipStream(compressed, CompressionMode.Decompress);
        }
    }
}
