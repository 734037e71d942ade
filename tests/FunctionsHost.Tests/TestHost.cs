using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Millrace.FunctionsHost.Tests;

/// <summary>The local host with one of the test functions.</summary>
internal sealed class TestHost(IHost host, FunctionsHostStatus status) : IAsyncDisposable
{
    public FunctionStatus Status { get; } = status.Functions.Single();

    /// <summary>The arguments that choose a function, its topic, and keys of <c>host.json</c>.</summary>
    public static string[] Arguments(string function, string brokers, string topic, params (string Key, object Value)[] kafka) =>
    [
        $"--AzureWebJobsScriptRoot={AppContext.BaseDirectory}",
        $"--AzureFunctionsJobHost:functions:0={function}",
        $"--Brokers={brokers}",
        $"--Topic={topic}",
        $"--Group={Topic.Group}",
        // So that a second host gets the partitions soon.
        "--AzureFunctionsJobHost:extensions:kafka:sessionTimeoutMs=3000",
        .. kafka.Select(entry => $"--AzureFunctionsJobHost:extensions:kafka:{entry.Key}={entry.Value}"),
    ];

    /// <summary>Builds a host whose functions report to <paramref name="calls"/>.</summary>
    public static IHost Build(string[] arguments, Calls calls, Action<FunctionsApplicationBuilder>? configure = null)
    {
        var builder = FunctionsApplication.CreateBuilder(arguments);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(calls);
        configure?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>Starts a host and waits until its function has partitions.</summary>
    public static async Task<TestHost> StartAsync(string[] arguments, Calls calls, Action<FunctionsApplicationBuilder>? configure = null)
    {
        var host = Build(arguments, calls, configure);
        await host.StartAsync();
        var status = host.Services.GetRequiredService<FunctionsHostStatus>();
        using var patience = new CancellationTokenSource(Calls.Patience);
        await status.WhenAssignedAsync(patience.Token);
        return new TestHost(host, status);
    }

    public Task StopAsync() => host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
