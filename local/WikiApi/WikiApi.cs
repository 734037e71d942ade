using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Millrace.Local;

/// <summary>
/// A small server on 127.0.0.1 that stands in for MediaWiki's action API:
/// <c>GET /{domain}/w/api.php?action=query&amp;prop=revisions&amp;revids=N&amp;rvslots=*&amp;rvprop=content&amp;format=json&amp;formatversion=2</c>,
/// and for the name of a wiki (<c>meta=siteinfo&amp;siprop=general</c>), which knows no faults.
/// </summary>
/// <remarks>
/// Every revision of every wiki exists, with the content of <see cref="Wikitext"/>, unless <see cref="Faults"/> say otherwise.
/// The shape of answers follows the documentation of MediaWiki's action API (formatversion 2).
/// </remarks>
public sealed class WikiApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly WikiApiOptions _options;
    private readonly TimeProvider _time;
    private readonly RequestCounts _counts = new();
    private readonly CancellationTokenSource _stopping = new();
    private bool _disposed;

    private WikiApi(WebApplication app, WikiApiOptions options, TimeProvider time)
    {
        _app = app;
        _options = options;
        _time = time;
        Faults = new WikiFaults(options.Seed);
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:40123/</c>.</summary>
    public Uri BaseAddress { get; private set; } = null!;

    /// <summary>Which revisions get which faults.</summary>
    public WikiFaults Faults { get; }

    /// <summary>How many requests came in.</summary>
    public long Requests => Enum.GetValues<WikiAnswer>().Sum(CountOf);

    /// <summary>How many requests were met with that answer.</summary>
    public long CountOf(WikiAnswer answer) => _counts.Of(answer);

    /// <summary>The address of a revision's content.</summary>
    public Uri UriOf(string domain, long revision) => new(
        BaseAddress,
        $"{domain}/w/api.php?action=query&prop=revisions&revids={revision}&rvslots=*&rvprop=content&format=json&formatversion=2");

    /// <summary>Starts it; it answers once the task is done.</summary>
    /// <param name="options">Read once, here.</param>
    /// <param name="time">The clock of latencies and of faults that end.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<WikiApi> StartAsync(WikiApiOptions options, TimeProvider time, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Check();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        var api = new WikiApi(builder.Build(), options, time);
        api._app.Run(api.AnswerAsync);
        try
        {
            await api._app.StartAsync(cancellationToken);
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }

        var addresses = api._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        api.BaseAddress = new Uri(addresses.Addresses.Single());
        return api;
    }

    /// <summary>Stops it; requests that hang are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _stopping.CancelAsync();
        await _app.StopAsync(_stopping.Token);
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            if (WikiSite.TryRead(context.Request, out var site))
            {
                _counts.Add(WikiAnswer.Content);
                await Task.Delay(_options.Latency, _time, ends.Token);
                await WikiSite.WriteAsync(context.Response, site, ends.Token);
                return;
            }

            if (!WikiRequest.TryRead(context.Request, out var request, out var refusal))
            {
                _counts.Add(WikiAnswer.Refused);
                await refusal.WriteAsync(context.Response, ends.Token);
                return;
            }

            var attempt = _counts.NextAttempt(request.Domain, request.Revision);
            var answer = Faults.Choose(request.Domain, request.Revision, attempt, _time.GetUtcNow());
            _counts.Add(answer);
            await Task.Delay(Latency(request, attempt), _time, ends.Token);
            await WriteAsync(context, request, answer, ends.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task WriteAsync(HttpContext context, WikiRequest request, WikiAnswer answer, CancellationToken cancellationToken)
    {
        switch (answer)
        {
            case WikiAnswer.Empty:
                break;
            case WikiAnswer.TooManyRequests:
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                context.Response.Headers.RetryAfter = ((long)_options.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                break;
            case WikiAnswer.ServerError:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
            case WikiAnswer.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
                break;
            case WikiAnswer.Reset:
                context.Abort();
                break;
            default:
                await WikiRevision.WriteAsync(context.Response, request, answer, _options.HugeBytes, cancellationToken);
                break;
        }
    }

    private TimeSpan Latency(WikiRequest request, int attempt) =>
        _options.Latency + (_options.LatencyJitter * StableHash.Fraction(StableHash.Of(request.Domain, request.Revision, _options.Seed + ((long)attempt << 32))));
}
