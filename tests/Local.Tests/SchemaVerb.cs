using System.CommandLine;
using System.Text.Json;

namespace Millrace.Local.Tests;

/// <summary>Runs <c>millrace schema …</c> in this process.</summary>
internal static class SchemaVerb
{
    public static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var root = new RootCommand { SchemaCommand.Create() };
        var exitCode = root.Parse(["schema", .. arguments]).Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs it with <c>--json</c>.</summary>
    public static (int ExitCode, JsonElement Output) RunJson(params string[] arguments)
    {
        var run = Run([.. arguments, "--json"]);
        return (run.ExitCode, JsonElement.Parse(run.Output));
    }
}
