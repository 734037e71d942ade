using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Millrace.Resilience;

/// <summary>A process of this run, whose lines are kept, and that gets signals at will.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    private ChildProcess(Process process) => _process = process;

    /// <summary>All that it has written so far.</summary>
    public IEnumerable<string> Said => _said;

    /// <summary>Whether it has ended, however.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Done when it has ended, however.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Its number.</summary>
    public string Id { get; private init; } = "";

    /// <summary>Starts it with settings on top of this process's environment.</summary>
    public static ChildProcess Start(IEnumerable<string> command, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(command.First(), command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var child = new ChildProcess(process) { Id = process.Id.ToString(CultureInfo.InvariantCulture) };
        child._process.OutputDataReceived += (_, line) => child.Keep(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        child.Ended = child._process.WaitForExitAsync();
        return child;
    }

    /// <summary>Whether it has written a line with that text.</summary>
    public bool HasSaid(string text) => _said.Any(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Whether it is stopped, to be continued.</summary>
    public bool IsPaused() => File.ReadAllText($"/proc/{Id}/stat") is var stat && stat[stat.LastIndexOf(')') + 2] == 'T';

    /// <summary>Stops it, to be continued.</summary>
    public Task PauseAsync() => RunAsync("kill", "-STOP", Id);

    /// <summary>Lets it go on.</summary>
    public Task ContinueAsync() => RunAsync("kill", "-CONT", Id);

    /// <summary>Kills it as <c>kill -9</c> does, unless it has ended.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to end, and waits until it has; kills it when patience ends.</summary>
    /// <returns>Whether it did by itself.</returns>
    public async Task<bool> TerminateAsync()
    {
        if (!HasExited)
        {
            await RunAsync("kill", Id);
        }

        var ended = await Until.MayBeTrueAsync(() => HasExited, TimeSpan.FromSeconds(40));
        await KillAsync();
        return ended;
    }

    /// <summary>Runs a command of the system to its end.</summary>
    public static async Task RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(command, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{command} {string.Join(' ', arguments)}' ended with {process.ExitCode}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _said.Enqueue($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {line}");
        }
    }
}
