using System.Collections.Concurrent;
using System.Diagnostics;

namespace Millrace.Conformance;

/// <summary>The embedded broker in a process of its own, with a directory, to be stopped and killed at will.</summary>
public sealed class StandaloneCluster : IConformanceCluster, IAsyncLifetime
{
    private const string Greeting = "Listening on ";
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-broker-").FullName;
    private readonly ConcurrentQueue<string> _said = new();
    private Process? _process;

    public string BootstrapServers { get; private set; } = "";

    /// <summary>What it has written to standard error, for a test that fails.</summary>
    public string Said => string.Join('\n', _said);

    public Task InitializeAsync() => StartAsync();

    /// <summary>Starts it on what the directory holds, after the first time on the same port; returns when it serves.</summary>
    public async Task StartAsync()
    {
        var port = BootstrapServers.Split(':') is [_, var known] ? known : "0";
        _process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "millrace.dll"), "broker", "--data", _directory, "--port", port])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var serving = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.OutputDataReceived += (_, line) => serving.TrySetResult(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        var first = await serving.Task.WaitAsync(Eventually.Patience, TimeProvider.System);
        BootstrapServers = first is not null && first.StartsWith(Greeting, StringComparison.Ordinal)
            ? first[Greeting.Length..]
            : throw new InvalidOperationException($"The broker does not serve; it said '{first}'.\n{Said}");
    }

    /// <summary>Kills it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Stops it in good order, as a service manager does.</summary>
    /// <returns>How it ended.</returns>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", [$"{_process!.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(Eventually.Patience);
        await _process.WaitForExitAsync(patience.Token);
        var exitCode = _process.ExitCode;
        _process.Dispose();
        return exitCode;
    }

    public async Task DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _said.Enqueue(line);
        }
    }
}
