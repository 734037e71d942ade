using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Millrace.Resilience;

/// <summary>An HTTP server that takes requests of events, unless one is poison, and knows those that it has by their idempotency keys.</summary>
/// <remarks>
/// Delivery is at least once: an event may come again. As long as no worker is disturbed, it does in a request that begins with the
/// same record, or else is a duplicate; a new worker may cut its batches elsewhere, and then an event counts once. Where a key is the
/// same and the content is not, an event is not intact.
/// </remarks>
internal sealed class HttpUnderTest : IStoreUnderTest
{
    private readonly Lock _gate = new();
    private readonly HashSet<Output> _taken = [];
    private readonly Dictionary<string, string> _bodies = [];
    private WebApplication? _app;
    private int _port;

    public string Connector => "http";

    public IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object>
    {
        ["address"] = $"http://127.0.0.1:{_port}/events",
        ["maxBatchRecords"] = 20,
        ["requests"] = new { attempts = 2, attemptTimeout = "00:00:02", circuitBreakDuration = "00:00:00.500" },
    };

    /// <summary>Whether workers come and go, so that repetitions are found by the event alone.</summary>
    public bool CountsEventsOnce { get; init; }

    /// <summary>Starts one.</summary>
    public static async Task<HttpUnderTest> StartAsync(bool countsEventsOnce = false)
    {
        var store = new HttpUnderTest { CountsEventsOnce = countsEventsOnce };
        await store.ReturnAsync();
        return store;
    }

    /// <summary>Starts it, after the first time on the same port.</summary>
    public async Task ReturnAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        _app = builder.Build();
        _app.Run(TakeAsync);
        await _app.StartAsync();
        _port = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
    }

    /// <summary>Refuses connections, and breaks those that there are.</summary>
    public async Task LeaveAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is { } app)
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }
    }

    public Task<IReadOnlyList<Output>> ReadAsync()
    {
        lock (_gate)
        {
            var taken = _taken.OrderBy(output => output.Event.IsIntact).ThenBy(output => output.At.Offset);
            return Task.FromResult<IReadOnlyList<Output>>([.. CountsEventsOnce ? taken.DistinctBy(output => (output.Event.Key, output.Event.Sequence)) : taken]);
        }
    }

    public async ValueTask DisposeAsync() => await LeaveAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var events = JsonElement.Parse(body).EnumerateArray().Select(ProbeEvent.Stored).ToList();
        if (events.Exists(one => one.Fate is Fate.Poison))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        lock (_gate)
        {
            Take($"{http.Request.Headers["Idempotency-Key"]}", body, events);
        }
    }

    // Store.resilience.in.PARTITION.FIRST-LAST
    private void Take(string key, string body, List<ProbeEvent> events)
    {
        var isSame = _bodies.TryAdd(key, body) || _bodies[key] == body;
        var parts = key.Split('.');
        var at = new LogPosition(Topics.In, int.Parse(parts[^2], CultureInfo.InvariantCulture), long.Parse(parts[^1].Split('-')[0], CultureInfo.InvariantCulture));
        _taken.UnionWith(events.Select(one => new Output(at, one with { IsIntact = one.IsIntact && isSame })));
    }
}
