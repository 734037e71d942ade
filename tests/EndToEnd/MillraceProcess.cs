using System.Diagnostics;
using System.Text;

namespace Millrace.EndToEnd;

/// <summary>The <c>millrace</c> command while it runs.</summary>
internal sealed class MillraceProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task<string> _error;

    /// <param name="directory">Where it runs.</param>
    /// <param name="arguments">What it is told.</param>
    /// <param name="program">The command's assembly; null is that beside the tests.</param>
    public MillraceProcess(string directory, IEnumerable<string> arguments, string? program = null)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(program ?? Path.Combine(AppContext.BaseDirectory, "millrace.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The next line of its output that has the text.</summary>
    public async Task<string> SaysAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            _output.AppendLine(line);
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"It ended without '{text}': {_output}{await _error}");
    }

    /// <summary>Sends it a signal, such as <c>TERM</c>.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Kills it as <c>kill -9</c> does, and returns what it said on standard error.</summary>
    public async Task<string> KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        return await _error;
    }

    /// <summary>How it ended.</summary>
    public async Task<CommandResult> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            _output.Append(await _process.StandardOutput.ReadToEndAsync(patience.Token));
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It did not end: {await KillAsync()}");
        }

        return new CommandResult(_process.ExitCode, _output.ToString(), await _error);
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
