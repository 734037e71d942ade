using System.Diagnostics;
using Millrace.Broker;

namespace Millrace.Benchmarks;

/// <summary>The embedded broker in a process of its own, so that its CPU is not counted among the client's.</summary>
internal sealed class BrokerProcess : IDisposable
{
    /// <summary>What this program is started with to be the broker.</summary>
    public const string Argument = "serve";

    private readonly Process _process;

    private BrokerProcess(Process process, string bootstrapServers) => (_process, BootstrapServers) = (process, bootstrapServers);

    public string BootstrapServers { get; }

    /// <summary>Topics are given as <c>name:partitions</c>, one a line, and acknowledged by a line each.</summary>
    public static async Task<int> ServeAsync()
    {
        using var broker = EmbeddedBroker.Start();
        await Console.Out.WriteLineAsync(broker.BootstrapServers);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var parts = line.Split(':');
            broker.CreateTopic(parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
            await Console.Out.WriteLineAsync("ok");
        }

        return 0;
    }

    public static async Task<BrokerProcess> StartAsync()
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Millrace.Benchmarks.dll"), Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return new BrokerProcess(process, await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The broker did not start."));
    }

    public async Task CreateTopicAsync(string name, int partitions)
    {
        await _process.StandardInput.WriteLineAsync($"{name}:{partitions}");
        await _process.StandardInput.FlushAsync();
        await _process.StandardOutput.ReadLineAsync();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
