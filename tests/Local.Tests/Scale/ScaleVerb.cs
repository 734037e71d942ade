using System.CommandLine;
using System.Text.Json;

namespace Millrace.Local.Tests;

/// <summary>Runs <c>millrace scale …</c> in this process, on a trace that is written for it.</summary>
internal sealed class ScaleVerb : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("millrace-scale-").FullName;

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    public string Write(string name, params string[] lines)
    {
        var path = Path.Combine(Directory, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    public static (int ExitCode, string Output, string Error) Run(string trace, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var root = new RootCommand { ScaleCommand.Create() };
        var exitCode = root.Parse(["scale", "--simulate", trace, .. arguments.Contains("--stage") ? arguments : ["--stage", "PageContentChange", .. arguments]])
            .Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), error.ToString());
    }

    public static JsonElement RunJson(string trace, params string[] arguments) => JsonElement.Parse(Run(trace, [.. arguments, "--json"]).Output);
}
