using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

/// <summary>Finds the functions, checks everything about them, and runs them.</summary>
internal sealed partial class FunctionsHostService(
    FunctionsApplicationParts parts, IConfiguration settings, IServiceProvider services, FunctionsHostStatus status, TimeProvider time, ILoggerFactory loggers)
    : IHostedService, IDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("Millrace.FunctionsHost");
    private List<IFunctionListener> _listeners = [];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var host = HostFile.Read(parts.HostFile, settings);
        var functions = FunctionDiscovery.Discover(parts.Assemblies, host);
        var web = functions.Where(function => function.Trigger is HttpFunctionTrigger).Select(function => function.Name).ToArray();
        if (web.Length > 0 && services.GetService<WebFunctions>() is null)
        {
            throw new FunctionsHostException($"Functions with an HTTP trigger ({string.Join(", ", web)}) need builder.ConfigureFunctionsWebApplication().");
        }

        FunctionMetadataTransformers.Apply(services.GetServices<IFunctionMetadataTransformer>(), functions);
        var pipeline = parts.Middleware.Reverse().Aggregate((FunctionExecutionDelegate)FunctionInvoker.CallAsync, (next, wrap) => wrap(next));
        var listeners = new FunctionListeners(host, settings, pipeline, services.GetRequiredService<IServiceScopeFactory>(), time, loggers);
        var states = functions.Select(function => new FunctionStatus(function.Name, function.Trigger is KafkaFunctionTrigger)).ToArray();

        // Everything is checked before anything listens, and requests come last: who is asked how the functions fare can then say.
        var http = listeners.CreateHttp(functions.Zip(states), [.. services.GetServices<WebExtension>()]);
        _listeners = [.. functions.Zip(states, listeners.Create).OfType<IFunctionListener>(), .. http is null ? [] : new IFunctionListener[] { http }];
        try
        {
            foreach (var listener in _listeners)
            {
                await listener.StartAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await StopAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }

        status.Started(states, http?.Address);
        Started(_logger, functions.Count, string.Join(", ", functions.Select(function => function.Name)), parts.HostFile);
        if (http is not null)
        {
            Serving(_logger, http.Address!);
        }
        else if (web.Length > 0)
        {
            NotServing(_logger, string.Join(", ", web));
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_listeners.Select(listener => listener.StopAsync(cancellationToken)));

    /// <inheritdoc/>
    public void Dispose() => _listeners.ForEach(listener => listener.Dispose());
}
