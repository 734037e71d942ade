using System.Net;

namespace Millrace.Schemas;

/// <summary>A base URI with schemas.</summary>
/// <remarks>
/// "Not found" (404, 410) is an answer; anything else but a 200 is a failure to answer: redirects too, as they would lead out
/// of the base. After a failure the base is left alone for a while, so that an unreachable server costs one timeout and not
/// one per event. Called by one thread at a time.
/// </remarks>
internal sealed class HttpBase : SchemaBase
{
    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly SchemaRepositoryOptions _options;
    private readonly string _root;
    private long _failedAt;
    private string? _failure;

    /// <summary>Takes a base URI; asks nothing yet.</summary>
    public HttpBase(Uri uri, string name, SchemaRepositoryOptions options, HttpClient client, TimeProvider time)
        : base(name)
    {
        _root = uri.AbsoluteUri.TrimEnd('/');
        (_options, _client, _time) = (options, client, time);
    }

    /// <inheritdoc/>
    public override byte[]? Read(string path)
    {
        if (_failure is not null && _time.GetElapsedTime(_failedAt) < _options.UnavailableFor)
        {
            throw new SchemaUnavailableException(_failure);
        }

        try
        {
            _failure = null;
            return Fetch(path);
        }
        catch (Exception error) when (error is SchemaUnavailableException or HttpRequestException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            _failure = error switch
            {
                SchemaUnavailableException => error.Message,
                OperationCanceledException or ObjectDisposedException => $"'{Name}' did not answer within {_options.Timeout.TotalSeconds} s.",
                _ => $"'{Name}' cannot be reached: {error.Message}",
            };
            _failedAt = _time.GetTimestamp();
            throw new SchemaUnavailableException(_failure, error);
        }
    }

    private byte[]? Fetch(string path)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        var uri = new Uri(_root + path);
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        using var response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
        if (request.RequestUri != uri)
        {
            throw new SchemaUnavailableException($"'{Name}' redirected '{path}' to '{request.RequestUri}'.");
        }

        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return null;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new SchemaUnavailableException($"'{Name}' answered {(int)response.StatusCode} for '{path}'.");
        }

        // A synchronous read knows no cancellation; closing the answer under it ends it.
        using var abort = timeout.Token.Register(response.Dispose);
        using var stream = response.Content.ReadAsStream(timeout.Token);
        var content = ReadBounded(stream, path, _options.MaxSchemaBytes);
        timeout.Token.ThrowIfCancellationRequested();
        return content;
    }
}
