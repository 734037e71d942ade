using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Millrace.Local.Tests;

/// <summary>A real server on the loopback address that gives each connection what the test says.</summary>
internal sealed class EventStreamServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<string?> _lastEventIds = [];

    private EventStreamServer(WebApplication app) => _app = app;

    public Uri Uri { get; private set; } = null!;

    /// <summary>What each connection asked to resume after.</summary>
    public IReadOnlyList<string?> LastEventIds
    {
        get
        {
            lock (_lastEventIds)
            {
                return [.. _lastEventIds];
            }
        }
    }

    /// <param name="answer">Is given the connection and its number, from 1.</param>
    public static async Task<EventStreamServer> StartAsync(Func<HttpContext, int, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.UTF8;
        });
        var server = new EventStreamServer(builder.Build());
        server._app.Run(async context =>
        {
            int number;
            lock (server._lastEventIds)
            {
                server._lastEventIds.Add(context.Request.Headers["Last-Event-ID"]);
                number = server._lastEventIds.Count;
            }

            context.Response.ContentType = "text/event-stream";
            await answer(context, number);
        });
        await server._app.StartAsync();
        server.Uri = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}

internal static class EventStreamWriting
{
    public static async Task SendAsync(this HttpContext context, ReadOnlyMemory<byte> part)
    {
        await context.Response.Body.WriteAsync(part);
        await context.Response.Body.FlushAsync();
    }

    public static Task SendAsync(this HttpContext context, string part) => context.SendAsync(Encoding.UTF8.GetBytes(part));
}
