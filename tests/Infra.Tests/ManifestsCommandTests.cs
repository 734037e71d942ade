using System.CommandLine;
using System.Text.Json;
using Millrace.Local;

namespace Millrace.Infra.Tests;

/// <summary><c>millrace manifests</c>, as its users and their scripts see it.</summary>
public sealed class ManifestsCommandTests : IDisposable
{
    private readonly string _output = Directory.CreateTempSubdirectory("millrace-manifests-").FullName;

    public void Dispose() => Directory.Delete(_output, recursive: true);

    [Fact]
    public void It_writes_what_is_missing_and_then_finds_nothing_to_do()
    {
        Assert.Equal((0, ""), Codes(Run()));

        var check = Run("--check");
        Assert.Equal((0, ""), Codes(check));
        Assert.EndsWith("files, all as the catalogs have them.\n", check.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_writes_nothing_lists_what_differs_and_says_what_to_run()
    {
        Run();
        File.AppendAllText(At("overlays/eqiad/page-change.yaml"), "# mine\n");
        File.Delete(At("base/page-change/deployment.yaml"));
        Directory.CreateDirectory(At("base/gone"));
        File.WriteAllText(At("base/gone/deployment.yaml"), $"{ManifestFile.Mark}\n");

        var check = Run("--check");

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("different  overlays/eqiad/page-change.yaml", check.Output, StringComparison.Ordinal);
        Assert.Contains("missing    base/page-change/deployment.yaml", check.Output, StringComparison.Ordinal);
        Assert.Contains("stale      base/gone/deployment.yaml", check.Output, StringComparison.Ordinal);
        Assert.Contains("dotnet run --project local -- manifests", check.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(At("base/page-change/deployment.yaml")));
    }

    [Fact]
    public void It_repairs_what_differs_and_deletes_only_what_it_wrote()
    {
        Run();
        File.AppendAllText(At("overlays/eqiad/page-change.yaml"), "# mine\n");
        Directory.CreateDirectory(At("base/gone"));
        File.WriteAllText(At("base/gone/deployment.yaml"), $"{ManifestFile.Mark}\n");
        File.WriteAllText(At("overlays/eqiad/mine.yaml"), "kind: Secret\n");

        Assert.Equal(0, Run().ExitCode);

        Assert.Equal(0, Run("--check").ExitCode);
        Assert.False(Directory.Exists(At("base/gone")));
        Assert.True(File.Exists(At("overlays/eqiad/mine.yaml")));
    }

    [Fact]
    public void A_file_of_somebody_else_is_never_overwritten()
    {
        Directory.CreateDirectory(At("base/page-change"));
        File.WriteAllText(At("base/page-change/deployment.yaml"), "kind: Deployment\n");

        var run = Run();

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("was not generated", run.Error, StringComparison.Ordinal);
        Assert.Equal(["kind: Deployment"], File.ReadAllLines(At("base/page-change/deployment.yaml")));
        Assert.False(Directory.Exists(At("overlays")));
    }

    [Fact]
    public void An_image_is_kept_until_another_is_named()
    {
        Run("--image", "registry.example/mine:2.0");
        var file = At("overlays/codfw/kustomization.yaml");
        File.WriteAllText(file, File.ReadAllText(file).Replace("newTag: \"2.0\"", "newTag: \"2.1\"", StringComparison.Ordinal));

        Assert.Equal((0, ""), Codes(Run("--check")));
        Assert.Equal(0, Run().ExitCode);
        Assert.Equal(("2.0", "2.1"), (Tag("eqiad"), Tag("codfw")));
        Assert.Equal(1, Run("--check", "--image", "registry.example/mine:2.2").ExitCode);
        Assert.Equal(0, Run("--image", "registry.example/mine:2.2").ExitCode);
        Assert.Equal(("2.2", "2.2"), (Tag("eqiad"), Tag("codfw")));
    }

    [Fact]
    public void Json_has_every_file_and_its_state()
    {
        Run();
        File.Delete(At("base/page-change/deployment.yaml"));

        var run = Run("--check", "--json");

        var report = JsonElement.Parse(run.Output);
        Assert.Equal((1, false), (run.ExitCode, report.GetProperty("current").GetBoolean()));
        Assert.Equal(
            ["base/page-change/deployment.yaml"],
            report.GetProperty("files").EnumerateArray().Where(file => file.GetProperty("state").GetString() == "missing").Select(file => file.GetProperty("path").GetString()));
    }

    [Fact]
    public void What_there_is_nothing_to_deploy_of_is_said_and_services_json_is_read()
    {
        Directory.CreateDirectory(At("functions"));
        Directory.CreateDirectory(At("infra"));
        File.WriteAllText(At("functions/stages.json"), """{ "stages": {} }""");
        File.WriteAllText(At("functions/streams.json"), """{ "streams": { "in": { "schema_title": "in", "canary_events_enabled": true } } }""");
        File.WriteAllText(At("infra/datacenters.json"), SomeManifests.TwoDatacenters);
        File.WriteAllText(At("infra/services.json"), """{ "eventIntake": { "maxReplicas": 23 } }""");
        File.WriteAllText(At("host.json"), "{}");

        var run = Run("--root", _output);

        Assert.Equal((0, ""), Codes(run));
        Assert.Contains("\nNo manifests of event-streams: no stream of the catalog has consumers.eventstreams.enabled.\n", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("infra/keda/base/event-streams")));
        Assert.Equal(23, Yaml.Read(File.ReadAllText(At("infra/keda/base/event-intake/scaledobject.yaml")))[0].Number("spec.maxReplicaCount"));
        var absent = JsonElement.Parse(Run("--root", _output, "--json").Output).GetProperty("not_generated").EnumerateArray();
        Assert.Equal(["event-streams"], absent.Select(service => service.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("--image", "latest", "--image is 'latest'; allowed is NAME:TAG or NAME@sha256:DIGEST.")]
    [InlineData("--output", "", "--output is empty")]
    [InlineData("--root", "/", "'/' is in no Millrace repository: neither it nor a directory above it has functions/stages.json.")]
    public void What_cannot_be_used_is_named(string option, string value, string message)
    {
        var run = Run(option, value);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    private static (int ExitCode, string Error) Codes((int ExitCode, string Output, string Error) run) => (run.ExitCode, run.Error);

    private string At(string path) => Path.Combine(_output, path);

    private string? Tag(string datacenter) => Yaml.Read(File.ReadAllText(At($"overlays/{datacenter}/kustomization.yaml")))[0].Text("images.0.newTag");

    private (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var root = new RootCommand { ManifestsCommand.Create() };
        string[] places = arguments.Contains("--output") || arguments.Contains("--root") ? [] : ["--root", Corpus.Repository, "--output", _output];
        var exitCode = root.Parse(["manifests", .. places, .. arguments]).Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), error.ToString());
    }
}
