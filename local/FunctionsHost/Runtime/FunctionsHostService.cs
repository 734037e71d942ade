using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost;

/// <summary>Finds the functions, checks everything about them, and runs them.</summary>
internal sealed partial class FunctionsHostService(
    FunctionsApplicationParts parts, IConfiguration settings, IServiceScopeFactory scopes, FunctionsHostStatus status, TimeProvider time, ILoggerFactory loggers)
    : IHostedService, IDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("Millrace.FunctionsHost");
    private List<KafkaListener> _listeners = [];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var host = HostFile.Read(parts.HostFile, settings);
        var options = KafkaOptions.Read(host);
        var functions = FunctionDiscovery.Discover(parts.Assemblies, host);
        var pipeline = parts.Middleware.Reverse().Aggregate((FunctionExecutionDelegate)FunctionInvoker.CallAsync, (next, wrap) => wrap(next));
        var states = functions.Select(function => new FunctionStatus(function.Name)).ToArray();

        // Everything is checked before anything consumes.
        _listeners = [.. functions.Zip(states, (function, state) => Listener(function, state, options, pipeline))];
        try
        {
            _listeners.ForEach(listener => listener.Start());
        }
        catch
        {
            await StopAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }

        status.Started(states);
        Started(_logger, functions.Count, string.Join(", ", functions.Select(function => function.Name)), parts.HostFile);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.WhenAll(_listeners.Select(listener => listener.StopAsync(cancellationToken)));

    /// <inheritdoc/>
    public void Dispose() => _listeners.ForEach(listener => listener.Dispose());

    private KafkaListener Listener(FunctionMethod function, FunctionStatus state, KafkaOptions options, FunctionExecutionDelegate pipeline)
    {
        var logger = loggers.CreateLogger($"Function.{function.Name}");
        return new KafkaListener(
            function,
            ConsumerSettings.Topic(function, new SettingReferences(settings)),
            ConsumerSettings.For(function, options, settings),
            options,
            new FunctionInvoker(function, pipeline, scopes, time, logger),
            state,
            time,
            logger);
    }
}
