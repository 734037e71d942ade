using System.Diagnostics;

namespace Millrace.Local;

/// <summary>Runs the repository's <c>dotnet new</c> template, with a template engine of its own: nothing is installed for the user.</summary>
internal static class StageTemplate
{
    /// <summary>Makes the files of a stage.</summary>
    /// <param name="template">The template's directory.</param>
    /// <param name="options">The stage; name, input and key are known.</param>
    /// <param name="output">The directory to write to.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="StageTemplateException">The template engine refused.</exception>
    public static async Task CreateAsync(string template, NewStageOptions options, string output, CancellationToken cancellation)
    {
        var engine = Directory.CreateTempSubdirectory("millrace-template-");
        try
        {
            await DotnetNewAsync(engine.FullName, ["install", template], cancellation);
            List<string> arguments = ["millrace-stage", "-n", options.Name!, "-o", output, "--input", options.Input!, "--key", options.Key!];
            if (options.OutputStream is { } stream)
            {
                arguments.AddRange(["--output-stream", stream]);
            }

            if (options.Lookup)
            {
                arguments.Add("--lookup");
            }

            await DotnetNewAsync(engine.FullName, arguments, cancellation);
        }
        finally
        {
            engine.Delete(recursive: true);
        }
    }

    private static async Task DotnetNewAsync(string engine, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", ["new", .. arguments, "--debug:custom-hive", engine])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1" },
        };
        using var process = Process.Start(start) ?? throw new StageTemplateException("dotnet cannot be started.");
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0)
            {
                throw new StageTemplateException($"dotnet new {string.Join(' ', arguments)} ended with exit code {process.ExitCode}: {(await errors + await output).Trim()}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
