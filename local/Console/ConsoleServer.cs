using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Millrace.Local;

/// <summary>The console on a web server of its own.</summary>
internal sealed class ConsoleServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ConsoleServer(WebApplication app, ConsoleApp console) => (_app, App) = (app, console);

    /// <summary>What it serves.</summary>
    public ConsoleApp App { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts it.</summary>
    /// <param name="platform">What is looked at.</param>
    /// <param name="options">What it may do, and for whom.</param>
    /// <param name="listen">Where to listen.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="cancellation">Gives up the start.</param>
    /// <exception cref="UsageException">It cannot listen there.</exception>
    public static async Task<ConsoleServer> StartAsync(Platform platform, ConsoleOptions options, IPEndPoint listen, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(listen);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.Configure<HostOptions>(web => web.ShutdownTimeout = TimeSpan.FromSeconds(5));
        var console = new ConsoleApp(platform, options, loggers, options.Metrics.Count > 0 ? () => options.Metrics : null);
        var server = new ConsoleServer(builder.Build(), console);
        try
        {
            server._app.UseRouting();
            server.App.Map(server._app);
            await server._app.StartAsync(cancellation);
        }
        catch (Exception failure)
        {
            await server.DisposeAsync();
            throw failure is IOException or System.Net.Sockets.SocketException ? new UsageException(string.Create(CultureInfo.InvariantCulture, $"The console cannot listen at {listen}: {failure.Message}")) : failure;
        }

        server.Address = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/");
        return server;
    }

    /// <summary>Ends it; pages that are open are told nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        App.Dispose();
    }
}
