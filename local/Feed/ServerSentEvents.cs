using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging;

namespace Millrace.Local;

/// <summary>Follows a live stream of events (<c>text/event-stream</c>), such as Wikimedia's EventStreams, over all its interruptions.</summary>
/// <remarks>
/// A connection that ends, breaks or falls silent is made anew after a pause, with the id of the last whole event
/// (<c>Last-Event-ID</c>), so that a server that knows its ids neither repeats nor loses any; so are 408, 429 and 5xx
/// answered, without end. The format and the rules of reconnection are those of the HTML standard, section
/// "Server-sent events", except that 204 is an error here: a feed that the server ends has not been read to its end.
/// </remarks>
public sealed partial class ServerSentEvents : IDisposable
{
    private readonly HttpClient _client;
    private readonly ServerSentEventsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Makes a client; it connects when it is read from.</summary>
    /// <param name="options">How to follow streams.</param>
    /// <param name="time">The clock of pauses and timeouts.</param>
    /// <param name="logger">Told of interruptions; null is nobody.</param>
    /// <param name="handler">What sends the requests; null is one that follows no redirects. Disposed of with the client.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ServerSentEvents(ServerSentEventsOptions options, TimeProvider time, ILogger<ServerSentEvents>? logger = null, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Check();
        _options = options;
        _time = time;
        _logger = logger ?? NullLogger<ServerSentEvents>.Instance;
        _client = new HttpClient(handler ?? CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd(options.UserAgent);
        _client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        _client.DefaultRequestHeaders.CacheControl = new CacheControlHeaderValue { NoStore = true };
    }

    /// <summary>Reads events for as long as the caller takes them.</summary>
    /// <param name="uri">The stream's address.</param>
    /// <param name="lastEventId">Where to resume: the id of the last event that was read before; null begins where the server likes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FeedException">The server will not give the stream (204, 3xx, 4xx), gives something else, or an event is too large.</exception>
    public async IAsyncEnumerable<SseEvent> ReadAsync(Uri uri, string? lastEventId = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(uri);
        var pauses = new SsePauses(_options);
        while (true)
        {
            var connection = new SseConnection(_client, uri, lastEventId, _options, _time);
            await using (connection)
            {
                while (await connection.NextAsync(cancellationToken) is { } next)
                {
                    lastEventId = next.Id;
                    pauses.Reset();
                    yield return next;
                }
            }

            var pause = pauses.Next(connection.ReconnectionInterval, connection.RetryAfter);
            LogInterrupted(_logger, uri, connection.EndedBecause, pause);
            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,

        // An id is any UTF-8 text.
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    };
}
