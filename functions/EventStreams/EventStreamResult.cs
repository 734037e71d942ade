using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Millrace.Serving;

namespace Millrace.Functions;

/// <summary>An answer that goes on until the client leaves or the host stops.</summary>
internal sealed class EventStreamResult(EventStreamServer server, ServingOptions options, string streams, CancellationToken stopping) : IResult
{
    public async Task ExecuteAsync(HttpContext http)
    {
        AllowOrigin(http);
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        try
        {
            var stream = await server.OpenAsync(Read(http.Request));
            await using (stream)
            {
                await WriteAsync(stream, http);
            }
        }
        catch (StreamRefusedException refused)
        {
            if (refused.RetryAfter is { } pause)
            {
                http.Response.Headers.RetryAfter = ((int)pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            }

            await TypedResults.Json(new { error = refused.Message }, statusCode: refused.Status).ExecuteAsync(http);
        }
    }

    private async Task WriteAsync(EventStream stream, HttpContext http)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";

        // Proxies of the nginx family would hold events back otherwise.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        if (!await stream.WriteToAsync(http.Response.BodyWriter, end.Token))
        {
            http.Abort();
        }
    }

    private StreamRequest Read(HttpRequest request) => new()
    {
        Streams = streams,
        LastEventId = request.Headers["Last-Event-ID"],
        Query = [.. request.Query.SelectMany(parameter => parameter.Value.Select(value => KeyValuePair.Create(parameter.Key, value)))],
    };

    private void AllowOrigin(HttpContext http)
    {
        var origin = http.Request.Headers.Origin.ToString();
        if (options.AllowedOrigins.Count == 0)
        {
            return;
        }

        http.Response.Headers.Vary = "Origin";
        if (origin.Length > 0 && (options.AllowedOrigins.Contains("*") || options.AllowedOrigins.Contains(origin)))
        {
            http.Response.Headers.AccessControlAllowOrigin = new StringValues(origin);
            http.Response.Headers.AccessControlAllowHeaders = "Last-Event-ID, Cache-Control";
        }
    }
}
