using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Core;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Millrace.Lookups;

/// <summary>Lookups at one HTTP API: bounded, retried, and only at hosts that are allowed.</summary>
/// <remarks>
/// From the outside in, a lookup is: the cache, where there is one; total timeout, a turn among <see cref="LookupOptions.MaxConcurrency"/>, retry,
/// circuit breaker, new credentials after a 401 (once), the host's rate limit, attempt timeout, request with its whole body. An attempt fails by a connection that fails or breaks,
/// by its timeout, by 408, 429 or 5xx, and, where JSON is asked for, by a body that is not JSON; it is then repeated
/// after a jittered pause, or after the one that <c>Retry-After</c> asks for. Waiting for an open circuit uses up time,
/// but no attempts. Redirects are never followed. Safe for concurrent use; make one per API and keep it, since the
/// circuit and the limits are its own. How many lookups wait for their turn is for the caller to bound.
/// </remarks>
public sealed class HttpLookup : IDisposable
{
    private const int MaxAddressLength = 2_000;
    private readonly LookupOptions _options;
    private readonly TimeProvider _time;
    private readonly AllowedHosts _hosts;
    private readonly HttpClient _client;
    private readonly LookupSender _sender;
    private readonly ResiliencePipeline<LookupAttempt> _pipeline;
    private readonly CallMeter _meter;
    private readonly HostRates? _rates;
    private readonly AnswerCache? _cache;

    /// <summary>Starts with a closed circuit.</summary>
    /// <param name="options">Read once, here.</param>
    /// <param name="time">The clock of all timeouts and pauses.</param>
    /// <param name="logger">Told of failed attempts and of the circuit; null is nobody.</param>
    /// <param name="handler">What sends the requests; null is <see cref="CreateHandler"/>. Disposed of with the lookup.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or no host is allowed.</exception>
    public HttpLookup(LookupOptions options, TimeProvider time, ILogger<HttpLookup>? logger = null, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Check();
        _options = options;
        _time = time;
        _hosts = new AllowedHosts(options.AllowedHosts);
        logger ??= NullLogger<HttpLookup>.Instance;
        handler ??= CreateHandler(options);
        if (options.Auth.Kind == LookupAuthKind.ClientCertificate)
        {
            new ClientCertificate(options.Auth, time, logger).ShowBy(handler);
        }

        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        if (!_client.DefaultRequestHeaders.UserAgent.TryParseAdd(options.UserAgent))
        {
            throw new ArgumentException(
                $"{nameof(LookupOptions)}: {nameof(LookupOptions.UserAgent)} is '{options.UserAgent}'. "
                + "It takes products and comments, such as 'Millrace/0.1 (ops@example.org)'.",
                nameof(options));
        }

        var credentials = RequestCredentials.Create(options.Auth, _client, time, logger);
        _sender = new LookupSender(_client, options.MaxAnswerBytes, time, quotesReasons: credentials is null, credentials);
        _rates = options.RateLimit.RequestsPerSecond == 0 ? null : new HostRates(options.RateLimit, options.CalledName, time);
        _meter = new CallMeter(options.CalledName);
        _pipeline = LookupPipeline.Build(options, credentials, _rates, _meter, time, logger);
        _cache = options.Cache.MaxBytes == 0 ? null : new AnswerCache(
            options.Cache,
            options.CalledName,
            time,
            uri => _hosts.Refuse(uri) is null,
            (uri, asJson, cancellation) => RunAsync(uri, asJson, null, cancellation),
            json => LifeOf?.Invoke(json) ?? AnswerLife.Found,
            options.Cache.Redis.Address.Length == 0 ? null : new RedisAnswers(options.Cache.Redis, options.CalledName, time, logger));
    }

    /// <summary>Says of a JSON answer of 2xx whether it may be kept; null keeps every one as found.</summary>
    /// <remarks>For APIs that answer "not there" or "something went wrong" with a success. Read only where there is a cache.</remarks>
    public Func<JsonElement, AnswerLife>? LifeOf { get; init; }

    /// <summary>What sends the requests unless told otherwise: no redirects, cookies or proxy; gzip and brotli; DNS asked again within minutes.</summary>
    /// <remarks>Whoever wraps it for a purpose of their own keeps these settings: the refusal of hosts rests on them.</remarks>
    public static SocketsHttpHandler CreateHandler(LookupOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Brotli,
            ConnectTimeout = options.AttemptTimeout,
            MaxConnectionsPerServer = options.MaxConcurrency,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
    }

    /// <summary>Asks for JSON.</summary>
    /// <returns>The answer's root; it owns its memory, and nobody disposes of it. A kept answer is given without a copy.</returns>
    /// <exception cref="LookupException">There is no 2xx answer with a JSON body, or the address is not allowed.</exception>
    /// <exception cref="OperationCanceledException">The caller no longer wants the answer.</exception>
    public ValueTask<JsonElement> GetJsonAsync(Uri uri, CancellationToken cancellationToken = default)
    {
        var asked = AskAsync(uri, asJson: true, cancellationToken);
        return asked.IsCompletedSuccessfully ? new(asked.GetAwaiter().GetResult().Json) : AwaitAsync(asked);

        static async ValueTask<JsonElement> AwaitAsync(ValueTask<LookupAttempt> asked) => (await asked.ConfigureAwait(false)).Json;
    }

    /// <summary>Asks for whatever there is, and leaves to the caller what a 3xx or 4xx means.</summary>
    /// <returns>Any answer but 408, 429 and 5xx.</returns>
    /// <exception cref="LookupException">There is no such answer, or the address is not allowed.</exception>
    /// <exception cref="OperationCanceledException">The caller no longer wants the answer.</exception>
    public ValueTask<LookupAnswer> GetAsync(Uri uri, CancellationToken cancellationToken = default)
    {
        var asked = AskAsync(uri, asJson: false, cancellationToken);
        return asked.IsCompletedSuccessfully ? new(asked.GetAwaiter().GetResult().Answer!) : AwaitAsync(asked);

        static async ValueTask<LookupAnswer> AwaitAsync(ValueTask<LookupAttempt> asked) => (await asked.ConfigureAwait(false)).Answer!;
    }

    /// <summary>Posts something, and leaves to the caller what a 3xx or 4xx means. Each attempt sends the same bytes and headers.</summary>
    /// <returns>Any answer but 408, 429 and 5xx.</returns>
    /// <exception cref="LookupException">There is no such answer, or the address is not allowed. Its text leaves out the address's query.</exception>
    /// <exception cref="OperationCanceledException">The caller no longer wants the answer.</exception>
    public async ValueTask<LookupAnswer> PostAsync(Uri uri, LookupPost post, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(post);
        var attempt = await RunAsync(uri, asJson: false, post, cancellationToken).ConfigureAwait(false);
        return attempt.Answer!;
    }

    /// <summary>Why the address may not be asked, as the end of a sentence; null where it may.</summary>
    public string? Refuse(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return _hosts.Refuse(uri);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _meter.Dispose();
        _cache?.Dispose();
        _rates?.Dispose();
    }

    // What may not be asked was never kept, so that memory comes before the list of hosts.
    private ValueTask<LookupAttempt> AskAsync(Uri uri, bool asJson, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<LookupAttempt>(cancellationToken)
            : _cache is null || !uri.IsAbsoluteUri ? RunAsync(uri, asJson, null, cancellationToken)
            : _cache.GetAsync(uri, asJson, cancellationToken);
    }

    private async ValueTask<LookupAttempt> RunAsync(Uri uri, bool asJson, LookupPost? post, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(uri);
        cancellationToken.ThrowIfCancellationRequested();
        var started = _time.GetTimestamp();
        using var span = LookupTrace.Start(_options.CalledName, uri);
        try
        {
            var answered = await CallAsync(uri, asJson, post, cancellationToken).ConfigureAwait(false);
            _meter.Ended(_time.GetElapsedTime(started), null);
            return answered;
        }
        catch (LookupException failure)
        {
            _meter.Ended(_time.GetElapsedTime(started), failure.Error.Type);
            LookupTrace.Fail(span, failure.Error.Type);
            throw;
        }
    }

    private async ValueTask<LookupAttempt> CallAsync(Uri uri, bool asJson, LookupPost? post, CancellationToken cancellationToken)
    {
        var call = new LookupCall(uri, asJson, post, _options.TotalTimeout, _time);
        if (_hosts.Refuse(uri) is { } refusal)
        {
            throw Failed(call, new LookupFailure(LookupErrorTypes.RefusedHost, refusal));
        }

        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        call.AttachTo(context);
        try
        {
            var attempt = await _pipeline.ExecuteAsync(
                static (context, sender) => sender.SendAsync(LookupCall.Of(context), context.CancellationToken), context, _sender).ConfigureAwait(false);
            return attempt.Failure is { } failure ? throw Failed(call, failure) : attempt;
        }
        catch (TimeoutRejectedException exception)
        {
            throw Failed(call, call.OutOfTime ? OutOfTime(call, exception) : LookupPipeline.TimedOut(exception));
        }
        catch (BrokenCircuitException exception)
        {
            throw Failed(call, CircuitOpen(call, exception));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private LookupFailure OutOfTime(LookupCall call, TimeoutRejectedException exception) => new(
        LookupErrorTypes.Timeout,
        $"the {_options.TotalTimeout.TotalSeconds:0.###} s for the whole lookup are over{Before(call)}")
    {
        Status = call.LastFailure?.Status,
        RetryAfter = call.LastFailure?.RetryAfter,
        Exception = exception,
    };

    private static LookupFailure CircuitOpen(LookupCall call, BrokenCircuitException exception) => new(
        LookupErrorTypes.CircuitOpen,
        $"so many lookups fail that none is made for a while, longer than this one may wait{Before(call)}")
    {
        Status = call.LastFailure?.Status,
        RetryAfter = call.LastFailure?.RetryAfter,
        Exception = exception,
    };

    private static string Before(LookupCall call) =>
        (call.WaitsForRate ? "; it waited for its turn under the rate limit" : "") + (call.LastFailure is { } last ? $"; before that, {last.Cause}" : "");

    private static LookupException Failed(LookupCall call, LookupFailure failure)
    {
        // Where events are posted to, the query may hold a secret of the receiver's.
        var parts = call.Post is null ? UriComponents.HttpRequestUrl : UriComponents.SchemeAndServer | UriComponents.Path;
        var address = call.Uri.IsAbsoluteUri ? call.Uri.GetComponents(parts, UriFormat.UriEscaped) : call.Uri.OriginalString;
        address = address.Length <= MaxAddressLength ? address : address[..MaxAddressLength] + "…";
        var attempts = call.Attempts == 1 ? "1 attempt" : $"{call.Attempts} attempts";
        var text = $"The {(call.Post is null ? "lookup of" : "post to")} {address} failed after {attempts}: {failure.Cause}.";
        return new LookupException(new StageError(failure.Type, text) { Stack = call.Trail?.ToString() }, failure.Status, call.Attempts, failure.RetryAfter, failure.Exception);
    }
}
