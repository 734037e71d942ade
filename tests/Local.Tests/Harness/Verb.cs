using System.CommandLine;
using System.Text.Json;

namespace Millrace.Local.Tests;

/// <summary>Runs a command of <c>millrace</c> in this process.</summary>
internal static class Verb
{
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(Command command, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var root = new RootCommand { command };
        var exitCode = await root.Parse([command.Name, .. arguments]).InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs it with <c>--json</c>.</summary>
    public static async Task<(int ExitCode, JsonElement Output)> RunJsonAsync(Command command, params string[] arguments)
    {
        var run = await RunAsync(command, [.. arguments, "--json"]);
        Assert.True(run.Output.Length > 0, run.Error);
        return (run.ExitCode, JsonElement.Parse(run.Output));
    }
}
