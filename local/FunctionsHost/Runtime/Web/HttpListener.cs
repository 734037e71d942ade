using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

/// <summary>The web server in front of the functions that have an HTTP trigger.</summary>
/// <remarks>A stopping host takes no further requests and lets those that run end.</remarks>
internal sealed class HttpListener(
    HttpOptions options, IReadOnlyList<HttpFunction> functions, IReadOnlyList<FunctionStatus> states, IReadOnlyList<WebExtension> extensions, ILoggerFactory loggers) : IFunctionListener
{
    private WebApplication? _app;

    /// <summary>Where it listens; null before it does.</summary>
    public Uri? Address { get; private set; }

    public async Task StartAsync(CancellationToken cancellation)
    {
        Check();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Address, options.Port!.Value);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);

        // How long requests may take to end is the host's to say; this one would have a limit of its own.
        builder.Services.Configure<HostOptions>(web => web.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        _app = builder.Build();
        _app.UseRouting();
        foreach (var function in functions)
        {
            _ = function.Methods.Count > 0 ? _app.MapMethods(function.Route, function.Methods, function.AnswerAsync) : _app.Map(function.Route, function.AnswerAsync);
        }

        foreach (var extension in extensions)
        {
            extension.Map(_app);
        }

        try
        {
            await _app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException taken)
        {
            throw new FunctionsHostException($"The host cannot listen at {options.Address} on port {options.Port} (FunctionsHost:Address, FunctionsHost:Port): {taken.Message}", taken);
        }

        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async Task StopAsync(CancellationToken patience)
    {
        if (_app is not null)
        {
            await _app.StopAsync(patience).ConfigureAwait(false);
            await _app.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var state in states)
        {
            state.Stop();
        }
    }

    public void Dispose()
    {
        // Disposed of when it stopped; a host that did not start has none.
    }

    private void Check()
    {
        foreach (var function in functions)
        {
            if (function.Refusal is { } refusal)
            {
                throw new FunctionsHostException($"Function '{function.Name}' {refusal}.");
            }

            if (functions.FirstOrDefault(other => other != function && string.Equals(other.Route, function.Route, StringComparison.OrdinalIgnoreCase)
                && (other.Methods.Count == 0 || function.Methods.Count == 0 || other.Methods.Intersect(function.Methods).Any())) is { } rival)
            {
                throw new FunctionsHostException($"Functions '{function.Name}' and '{rival.Name}' both answer {function.Route}.");
            }
        }
    }
}
