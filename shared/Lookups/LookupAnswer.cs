using System.Net;

namespace Millrace.Lookups;

/// <summary>What a server answered.</summary>
/// <param name="Status">The status: 2xx, or one that another attempt would not change (3xx, 4xx but for 408 and 429).</param>
/// <param name="Body">The whole body, decompressed; the caller's to keep, and not to change: others may have it too.</param>
public sealed record LookupAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether the status is 2xx.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}
