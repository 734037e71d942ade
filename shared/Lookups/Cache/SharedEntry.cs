using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Millrace.Lookups;

/// <summary>An answer as several workers keep it: a version, the status, when it was fetched, and the body.</summary>
/// <param name="Status">The answer's status.</param>
/// <param name="Fetched">When it was fetched, by the clock of who fetched it.</param>
/// <param name="Body">The body as it came.</param>
internal readonly record struct SharedEntry(HttpStatusCode Status, DateTimeOffset Fetched, ReadOnlyMemory<byte> Body)
{
    private const byte Version = 1;
    private const int HeadLength = 1 + sizeof(ushort) + sizeof(long);

    /// <summary>Where it is kept: addresses may be long and tell of people, so that only their hash is seen.</summary>
    public static string Key(string name, CacheKey key) =>
        $"millrace:{name}:{(key.AsJson ? "json" : "raw")}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Address)))}";

    public static SharedEntry Of(LookupAttempt attempt, DateTimeOffset now) => attempt.Answer is { } answer
        ? new(answer.Status, now, answer.Body)
        : new(HttpStatusCode.OK, now, JsonMarshal.GetRawUtf8Value(attempt.Json).ToArray());

    public byte[] Encode()
    {
        var bytes = new byte[HeadLength + Body.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(1), (ushort)Status);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1 + sizeof(ushort)), Fetched.ToUnixTimeMilliseconds());
        Body.Span.CopyTo(bytes.AsSpan(HeadLength));
        return bytes;
    }

    /// <summary>Null for bytes that somebody else has written.</summary>
    public static SharedEntry? Decode(byte[] bytes)
    {
        if (bytes.Length < HeadLength || bytes[0] != Version)
        {
            return null;
        }

        var fetched = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(1 + sizeof(ushort)));
        return fetched < 0 || fetched > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? null
            : new SharedEntry((HttpStatusCode)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(1)), DateTimeOffset.FromUnixTimeMilliseconds(fetched), bytes.AsMemory(HeadLength));
    }

    /// <summary>The answer that it is; a failure where JSON is wanted and it is none.</summary>
    public LookupAttempt ToAttempt(bool asJson) => asJson ? AnswerJson.Parse(Status, Body.Span) : LookupAttempt.Of(Status, Body.ToArray());
}
