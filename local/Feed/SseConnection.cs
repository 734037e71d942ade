using System.Net;
using System.Net.ServerSentEvents;

namespace Millrace.Local;

/// <summary>One connection of a live stream, from the request to its end.</summary>
internal sealed class SseConnection(HttpClient client, Uri uri, string? lastEventId, ServerSentEventsOptions options, TimeProvider time) : IAsyncDisposable
{
    private HttpResponseMessage? _response;
    private SseGuard? _body;
    private SseParser<byte[]>? _parser;
    private IAsyncEnumerator<SseItem<byte[]>>? _items;
    private string? _lastEventId = lastEventId;

    /// <summary>Why the connection has ended: the end of a sentence.</summary>
    public string EndedBecause { get; private set; } = "the server ended the connection";

    /// <summary>The pause that the server asks for before the next connection; null where it does not.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>The pause that the stream sets for all reconnections from now on; null where it does not.</summary>
    public TimeSpan? ReconnectionInterval =>
        _parser?.ReconnectionInterval is { } interval && interval >= TimeSpan.Zero ? interval : null;

    /// <summary>The next whole event; null once the connection has ended and another may be tried.</summary>
    /// <exception cref="FeedException">No other connection would do better.</exception>
    public async Task<SseEvent?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_items is null && !await TryConnectAsync(cancellationToken))
            {
                return null;
            }

            if (!await _items!.MoveNextAsync())
            {
                return null;
            }

            var item = _items.Current;
            _lastEventId = item.EventId ?? _lastEventId;
            return new SseEvent(_lastEventId, item.EventType, item.Data);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException)
        {
            EndedBecause = exception.GetBaseException().Message.TrimEnd('.');
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_items is not null)
        {
            await _items.DisposeAsync();
        }

        if (_body is not null)
        {
            await _body.DisposeAsync();
        }

        _response?.Dispose();
    }

    private async Task<bool> TryConnectAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (_lastEventId is { Length: > 0 })
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", _lastEventId);
        }

        _response = await SendAsync(request, cancellationToken);
        var status = (int)_response.StatusCode;
        if (status is 408 or 429 or >= 500)
        {
            EndedBecause = $"the server answered {status} {_response.ReasonPhrase}";
            RetryAfter = _response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - time.GetUtcNow() : null;
            return false;
        }

        if (_response.StatusCode != HttpStatusCode.OK)
        {
            throw new FeedException($"{uri}: the server answered {status} {_response.ReasonPhrase}; a stream begins with 200, and nothing else but 408, 429 and 5xx is asked again.");
        }

        if (_response.Content.Headers.ContentType?.MediaType is var type && !"text/event-stream".Equals(type, StringComparison.OrdinalIgnoreCase))
        {
            throw new FeedException($"{uri}: the server answered with '{type}', which is no stream of events; that is 'text/event-stream'.");
        }

        _body = new SseGuard(await _response.Content.ReadAsStreamAsync(cancellationToken), uri, options, time);
        _parser = SseParser.Create(_body, static (_, data) => data.ToArray());
        _items = _parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        return true;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var idle = new CancellationTokenSource(options.IdleTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, idle.Token);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"there was no answer within {options.IdleTimeout.TotalSeconds:0.###} s", exception);
        }
    }
}
