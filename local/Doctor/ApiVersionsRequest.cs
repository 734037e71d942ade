using System.Buffers.Binary;

namespace Millrace.Local;

/// <summary>Kafka's request ApiVersions in its version 0, which every broker answers before it knows who asks; the client library keeps the answer to itself.</summary>
internal static class ApiVersionsRequest
{
    private const int MaxAnswerBytes = 64 * 1024;

    // Size, key 18, version 0, correlation id 1, no client id.
    private static readonly byte[] Request = [0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xFF, 0xFF];

    /// <summary>The youngest version of each request that is offered, by the request's key.</summary>
    /// <exception cref="IOException">The answer is none of Kafka's.</exception>
    public static async Task<IReadOnlyDictionary<short, short>> SendAsync(Stream broker, CancellationToken cancellation)
    {
        await broker.WriteAsync(Request, cancellation);
        var head = new byte[4];
        await broker.ReadExactlyAsync(head, cancellation);
        var size = BinaryPrimitives.ReadInt32BigEndian(head);
        if (size is < 10 or > MaxAnswerBytes)
        {
            throw new IOException($"the answer has {size} bytes, which is none of Kafka's");
        }

        var answer = new byte[size];
        await broker.ReadExactlyAsync(answer, cancellation);
        return Parse(answer);
    }

    private static Dictionary<short, short> Parse(ReadOnlySpan<byte> answer)
    {
        var (error, count) = (BinaryPrimitives.ReadInt16BigEndian(answer[4..]), BinaryPrimitives.ReadInt32BigEndian(answer[6..]));
        if (error != 0 || count < 0 || 10 + (count * 6L) > answer.Length)
        {
            throw new IOException($"the answer has the error {error} and {count} requests, which do not fit");
        }

        var offered = new Dictionary<short, short>();
        for (var at = 10; count > 0; at += 6, count--)
        {
            offered[BinaryPrimitives.ReadInt16BigEndian(answer[at..])] = BinaryPrimitives.ReadInt16BigEndian(answer[(at + 4)..]);
        }

        return offered;
    }
}
