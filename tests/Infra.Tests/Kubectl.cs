using System.Diagnostics;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary><c>kubectl kustomize</c>, where it is installed.</summary>
internal static class Kubectl
{
    /// <summary>Why it cannot be used; null where it can.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>What an overlay renders.</summary>
    public static IReadOnlyList<YamlMappingNode> Render(string overlay)
    {
        var (exitCode, output, error) = Run("kustomize", overlay);
        Assert.True(exitCode == 0 && error.Length == 0, $"kubectl kustomize {overlay}: {error}");
        return Yaml.Read(output);
    }

    private static string? FindMissing()
    {
        try
        {
            // Patches by path, and generators that merge, are of kustomize 5 as they are used here.
            var (_, output, _) = Run("version", "--client");
            return output.Contains("Kustomize Version: v5", StringComparison.Ordinal) ? null : $"kubectl with kustomize 5 is needed; here is {output.ReplaceLineEndings(", ")}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "kubectl is not installed: overlays are not rendered.";
        }
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}

/// <summary>A fact about what overlays render; skipped, and said so, where there is no kubectl.</summary>
internal sealed class RenderFactAttribute : FactAttribute
{
    public RenderFactAttribute() => Skip = Kubectl.Missing;
}

/// <summary>A fact about what overlays render and what KEDA says of it; skipped, and said so, where there is no kubectl or none of KEDA's schemas.</summary>
internal sealed class KedaFactAttribute : FactAttribute
{
    public KedaFactAttribute() => Skip = Kubectl.Missing ?? Corpus.Missing;
}
