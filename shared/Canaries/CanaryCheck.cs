using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Millrace.Hosting;

namespace Millrace.Canaries;

/// <summary>Refuses to start where a stream has canaries and can have none: unless this host leaves them to another.</summary>
internal sealed class CanaryCheck(CanaryOptions options, IConfiguration configuration, IServiceProvider services) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var filter = configuration.GetSection(StageFunctions.Filter).GetChildren().Select(name => name.Value).ToList();
        if (options.Enabled && (filter.Count == 0 || filter.Contains(CanarySetup.Function, StringComparer.OrdinalIgnoreCase)))
        {
            _ = services.GetRequiredService<CanaryWriter>();
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
