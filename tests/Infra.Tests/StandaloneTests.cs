using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Millrace.Broker;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>The program of the standalone image, started as its pod would start it.</summary>
public sealed partial class StandaloneTests : IDisposable
{
    private static readonly string Build = Path.Combine(Corpus.Repository, "functions", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0");

    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-image-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public Task It_runs_the_functions_that_the_manifests_name_writes_nothing_beside_itself_and_stops_when_told_to() => RunsAsync(Build);

    [ImageFact]
    public async Task What_the_image_would_have_runs_as_well()
    {
        var image = new Dockerfile(await File.ReadAllTextAsync(Path.Combine(Corpus.Repository, "infra", "Dockerfile")));
        var (source, app) = (Path.Combine(_directory, "src"), Path.Combine(_directory, "app"));
        Directory.CreateDirectory(source);
        await RunAsync("/bin/sh", $"git archive HEAD {string.Join(' ', image["source"].Sources)} | tar -x -C '{source}' && rm -rf '{source}/shared/Testing'", Corpus.Repository);
        await RunAsync("/bin/sh", $"CI=true {image["publish-standalone"].All("RUN").Single().Replace("/app", app, StringComparison.Ordinal)}", source);

        await RunsAsync(app);
    }

    private async Task RunsAsync(string app)
    {
        await using var broker = EmbeddedBroker.Start();
        var settings = Settings("page-change", "eqiad");
        settings["KAFKA_BOOTSTRAP_SERVERS"] = broker.BootstrapServers;
        var home = Directory.CreateDirectory(Path.Combine(_directory, "home")).FullName;
        var before = Directory.GetFiles(app, "*", SearchOption.AllDirectories);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(app, "Millrace.Functions.dll")]) { RedirectStandardOutput = true, WorkingDirectory = home };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            var said = "";
            while (!said.Contains("Running ", StringComparison.Ordinal))
            {
                said = await process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("It ended before it ran anything.");
            }

            Assert.Equal(
                settings.Where(setting => setting.Key.StartsWith("AzureFunctionsJobHost__functions__", StringComparison.Ordinal)).Select(setting => setting.Value).Order(StringComparer.OrdinalIgnoreCase),
                Functions().Match(said).Groups[1].Value.Split(", ").Order(StringComparer.OrdinalIgnoreCase));
            await RunAsync("kill", $"-s TERM {process.Id.ToString(CultureInfo.InvariantCulture)}", home);
            await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Assert.Equal(0, process.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(home));
        Assert.Equal(before, Directory.GetFiles(app, "*", SearchOption.AllDirectories));
    }

    // What a pod of the stage gets: its ConfigMap, of base and overlay, and the variables of its Deployment.
    private static Dictionary<string, string> Settings(string stage, string datacenter)
    {
        YamlMappingNode Read(string path) => Yaml.Read(File.ReadAllText(Path.Combine(Corpus.Repository, "infra", "keda", path))).Single();
        var literals = new[] { Read($"base/{stage}/kustomization.yaml"), Read($"overlays/{datacenter}/kustomization.yaml") }
            .SelectMany(file => file.Items("configMapGenerator"))
            .Where(map => map.Text("name") == stage)
            .SelectMany(map => map.Items("literals"))
            .Select(literal => ((YamlScalarNode)literal).Value!.Split('=', 2))
            .Select(literal => KeyValuePair.Create(literal[0], literal[1]));
        var variables = Read($"base/{stage}/deployment.yaml").Items("spec.template.spec.containers.0.env")
            .Where(variable => variable.At("value") is not null)
            .Select(variable => KeyValuePair.Create(variable.Text("name")!, variable.Text("value")!));
        return literals.Concat(variables).ToDictionary();
    }

    private static async Task RunAsync(string program, string arguments, string directory)
    {
        string[] words = program == "/bin/sh" ? ["-c", arguments] : arguments.Split(' ');
        using var process = Process.Start(new ProcessStartInfo(program, words) { WorkingDirectory = directory })!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [GeneratedRegex(@"functions \(([^)]*)\)")]
    private static partial Regex Functions();
}

/// <summary>A fact that takes minutes, since it publishes the app from what the image copies: with <c>MILLRACE_IMAGE=1</c> only, and says so.</summary>
internal sealed class ImageFactAttribute : FactAttribute
{
    public ImageFactAttribute() => Skip = Environment.GetEnvironmentVariable("MILLRACE_IMAGE") == "1" ? null : "Set MILLRACE_IMAGE=1 to publish the app as the image does: it takes minutes.";
}
