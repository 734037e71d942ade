using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Millrace.Local;

/// <summary>Reads the bodies of requests.</summary>
internal static class ConsoleBody
{
    /// <summary>The whole body.</summary>
    /// <param name="http">The request.</param>
    /// <param name="most">How many bytes it may have.</param>
    /// <exception cref="BadHttpRequestException">It has more: 413.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, int most)
    {
        // The server's own bound would close the connection while the client still sends, so that it never reads why.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
        {
            bound.MaxRequestBodySize = null;
        }

        if (http.Request.ContentLength > most)
        {
            throw TooLarge();
        }

        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            if (read.Buffer.Length > most)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw TooLarge();
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static BadHttpRequestException TooLarge() => new("The body is too large.", StatusCodes.Status413PayloadTooLarge);
}
