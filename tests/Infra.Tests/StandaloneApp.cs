using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>The program of the standalone image, started with the settings that a pod gets of the manifests, at a port of its own.</summary>
internal sealed partial class StandaloneApp : IDisposable
{
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(3));
    private readonly Process _process;

    private StandaloneApp(Process process) => _process = process;

    /// <summary>The functions that it says it runs.</summary>
    public string[] Functions { get; private set; } = [];

    /// <summary>Where it answers.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <param name="directory">Where the app is.</param>
    /// <param name="home">Where it runs.</param>
    /// <param name="settings">Its environment, beside that of the image.</param>
    public static async Task<StandaloneApp> StartAsync(string directory, string home, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(directory, "Millrace.Functions.dll")]) { RedirectStandardOutput = true, WorkingDirectory = home };
        start.Environment["FunctionsHost__Port"] = "0";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var app = new StandaloneApp(Process.Start(start)!);
        try
        {
            app.Functions = (await app.SaidAsync(RunningFunctions())).Split(", ");
            app.Address = new Uri(await app.SaidAsync(AnsweringAt()));
            return app;
        }
        catch
        {
            app.Dispose();
            throw;
        }
    }

    /// <summary>What a pod of a Deployment gets: its ConfigMap, of base and overlay, and the variables of its container.</summary>
    public static Dictionary<string, string> Settings(string deployment, string datacenter)
    {
        YamlMappingNode Read(string path) => Yaml.Read(File.ReadAllText(Path.Combine(Corpus.Repository, "infra", "keda", path))).Single();
        var literals = new[] { Read($"base/{deployment}/kustomization.yaml"), Read($"overlays/{datacenter}/kustomization.yaml") }
            .SelectMany(file => file.Items("configMapGenerator"))
            .Where(map => map.Text("name") == deployment)
            .SelectMany(map => map.Items("literals"))
            .Select(literal => ((YamlScalarNode)literal).Value!.Split('=', 2))
            .Select(literal => KeyValuePair.Create(literal[0], literal[1]));
        var variables = Read($"base/{deployment}/deployment.yaml").Items("spec.template.spec.containers.0.env")
            .Where(variable => variable.At("value") is not null)
            .Select(variable => KeyValuePair.Create(variable.Text("name")!, variable.Text("value")!));
        return literals.Concat(variables).ToDictionary();
    }

    /// <summary>Tells it to stop, as Kubernetes would.</summary>
    public async Task TellToStopAsync()
    {
        using var kill = Process.Start("kill", ["-s", "TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(_patience.Token);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process.StandardOutput.ReadToEndAsync(_patience.Token);
        await _process.WaitForExitAsync(_patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _patience.Dispose();
    }

    private async Task<string> SaidAsync(Regex sentence)
    {
        while (true)
        {
            var said = await _process.StandardOutput.ReadLineAsync(_patience.Token) ?? throw new InvalidOperationException($"It ended before it said '{sentence}'.");
            if (sentence.Match(said) is { Success: true } match)
            {
                return match.Groups[1].Value;
            }
        }
    }

    [GeneratedRegex(@"Running .*functions \(([^)]*)\)")]
    private static partial Regex RunningFunctions();

    [GeneratedRegex(@"Answering requests at (\S+)")]
    private static partial Regex AnsweringAt();
}
