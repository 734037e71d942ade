using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Millrace.Resilience;

/// <summary>Answers the stage's lookups, rightly or as the fault says.</summary>
internal sealed class LookupServer : IAsyncDisposable
{
    private readonly TimeSpan[] _latencies = [TimeSpan.Zero, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(15)];
    private WebApplication? _app;
    private int _port;
    private int _requests;
    private int _faulty;

    /// <summary>What is wrong with the answers.</summary>
    public LookupFault Fault { get; set; }

    /// <summary>Of how many requests one has the fault.</summary>
    public int OneIn { get; set; } = 1;

    /// <summary>How many requests had a fault.</summary>
    public int Faulty => Volatile.Read(ref _faulty);

    /// <summary>Where it answers, with a slash at the end.</summary>
    public string Address => $"http://127.0.0.1:{_port}/";

    /// <summary>Starts it, after the first time on the same port.</summary>
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
        _port = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
    }

    /// <summary>Refuses connections, and breaks those that there are.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is { } app)
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var number = Interlocked.Increment(ref _requests);
        var fault = number % OneIn == 0 ? Fault : LookupFault.None;
        if (fault is not LookupFault.None)
        {
            Interlocked.Increment(ref _faulty);
        }

        var answer = $$"""{"answer":"{{ProbeEvent.AnswerTo(http.Request.Path.Value![1..])}}"}""";
        var latency = fault switch
        {
            LookupFault.Slow => TimeSpan.FromSeconds(5),
            LookupFault.Hang => Timeout.InfiniteTimeSpan,
            _ => _latencies[number % _latencies.Length],
        };
        await Task.Delay(latency, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        switch (fault)
        {
            case LookupFault.Throttled:
                http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                break;
            case LookupFault.Error:
                http.Response.StatusCode = StatusCodes.Status500InternalServerError;
                break;
            case LookupFault.Reset:
                http.Abort();
                break;
            case LookupFault.Truncated:
                await http.Response.WriteAsync(answer[..^5]);
                break;
            default:
                await http.Response.WriteAsync(answer);
                break;
        }
    }
}
