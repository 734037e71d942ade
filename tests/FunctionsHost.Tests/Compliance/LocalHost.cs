using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.FunctionsHost.App;

namespace Millrace.FunctionsHost.Tests;

/// <summary>The stand-in, in this process; the suite does not know that.</summary>
internal sealed class LocalHost : IHostUnderTest
{
    public async Task<IRunningHost> StartAsync(IReadOnlyDictionary<string, string> settings)
    {
        var host = Program.Build(
            [$"--AzureWebJobsScriptRoot={Path.GetDirectoryName(typeof(Program).Assembly.Location)}/app", "--FunctionsHost:Port=0", .. settings.Select(setting => $"--{setting.Key}={setting.Value}")],
            builder => builder.Logging.ClearProviders());
        await host.StartAsync();
        return new Running(host);
    }

    private sealed class Running(IHost host) : IRunningHost
    {
        public Uri HttpAddress => host.Services.GetRequiredService<FunctionsHostStatus>().HttpAddress!;

        public Task StopAsync() => host.StopAsync();

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }
}
