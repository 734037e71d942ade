using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Millrace.Local;

/// <summary>An answer that goes on: events, each with one line of JSON.</summary>
/// <remarks>Whoever takes nothing for too long is cut off by the web server, which wants a least rate.</remarks>
internal sealed class LiveAnswer
{
    // Less than what proxies close silent connections after.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly HttpResponse _response;
    private readonly TimeProvider _time;
    private long _spoken;

    private LiveAnswer(HttpResponse response, TimeProvider time) => (_response, _time, _spoken) = (response, time, time.GetTimestamp());

    /// <summary>Begins the answer.</summary>
    public static async Task<LiveAnswer> BeginAsync(HttpContext http, TimeProvider time, CancellationToken cancellation)
    {
        http.Response.ContentType = "text/event-stream; charset=utf-8";

        // Proxies of the nginx family would hold events back otherwise.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var events = new LiveAnswer(http.Response, time);
        await events.WriteAsync(":\n\n"u8.ToArray(), cancellation);
        return events;
    }

    /// <summary>Writes an event.</summary>
    public Task WriteAsync(string name, object value, CancellationToken cancellation) =>
        WriteAsync(name, JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), ConsoleJson.Options), cancellation);

    /// <summary>Writes an event.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="json">Its data, JSON on one line.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task WriteAsync(string name, ReadOnlyMemory<byte> json, CancellationToken cancellation) =>
        WriteAsync([.. Encoding.ASCII.GetBytes($"event: {name}\ndata: "), .. json.Span, (byte)'\n', (byte)'\n'], cancellation);

    /// <summary>Shows that the connection lives, where nothing was said for a while.</summary>
    public Task BeatAsync(CancellationToken cancellation) => _time.GetElapsedTime(_spoken) < Heartbeat ? Task.CompletedTask : WriteAsync(":\n\n"u8.ToArray(), cancellation);

    private async Task WriteAsync(byte[] bytes, CancellationToken cancellation)
    {
        await _response.BodyWriter.WriteAsync(bytes, cancellation);
        _spoken = _time.GetTimestamp();
    }
}
