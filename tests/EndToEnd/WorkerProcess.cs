using System.Collections.Concurrent;
using System.Diagnostics;

namespace Millrace.EndToEnd;

/// <summary>The function app in a process of its own, as it runs in production, to be killed at will.</summary>
internal sealed class WorkerProcess : IDisposable
{
    // The app's own output directory: beside the tests lie assemblies for another set of frameworks.
    private static readonly string App = Path.Combine(
        Corpus.Repository, "functions", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Millrace.Functions.dll");

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    private WorkerProcess(Process process) => _process = process;

    /// <summary>What it has written, for a test that fails.</summary>
    public string Said => string.Join('\n', _said);

    /// <summary>Starts it with settings as environment variables, <c>A__B</c> for <c>A:B</c>.</summary>
    public static WorkerProcess Start(IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [App])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var worker = new WorkerProcess(new Process { StartInfo = start });
        worker._process.OutputDataReceived += (_, line) => worker._said.Enqueue(line.Data ?? "");
        worker._process.ErrorDataReceived += (_, line) => worker._said.Enqueue(line.Data ?? "");
        worker._process.Start();
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>Kills it as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
