using System.Text;
using Millrace.Core;
using Millrace.Local;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>The console in a cluster.</summary>
public sealed class ConsoleManifestsTests
{
    private const string Container = "spec.template.spec.containers.0";

    [Fact]
    public void It_is_one_pod_of_an_image_of_its_own_that_only_reads_and_runs_no_function()
    {
        var deployment = Generate().Document("base/console/deployment.yaml");

        Assert.Equal((1, "Recreate"), (deployment.Number("spec.replicas"), deployment.Text("spec.strategy.type")));
        Assert.Equal("millrace-console", deployment.Text($"{Container}.image"));
        Assert.Null(deployment.At($"{Container}.env"));
        Assert.Null(deployment.At($"{Container}.args"));
        Assert.All(["startupProbe", "livenessProbe", "readinessProbe"], probe => Assert.Equal(("/", "8080"), (deployment.Text($"{Container}.{probe}.httpGet.path"), deployment.Text($"{Container}.{probe}.httpGet.port"))));
    }

    [Fact]
    public void Its_token_is_in_a_Secret_that_it_does_not_start_without()
    {
        var sources = Generate().Document("base/console/deployment.yaml").Items($"{Container}.envFrom").ToList();

        Assert.Equal(["millrace-kafka", "console"], sources.Select(source => source.Text("secretRef.name")).OfType<string>());
        Assert.DoesNotContain(sources, source => source.At("secretRef.optional") is not null);
    }

    [Fact]
    public void What_the_file_says_it_is_told()
    {
        var files = Generate("""{ "console": { "allowChanges": true, "cpu": "250m", "metrics": ["http://stages.example:9000/metrics", "https://more.example/metrics"] } }""");

        var deployment = files.Document("base/console/deployment.yaml");
        Assert.Equal(["--allow-changes", "--metrics", "http://stages.example:9000/metrics,https://more.example/metrics"], deployment.Items($"{Container}.args").Select(argument => ((YamlScalarNode)argument).Value));
        Assert.Equal("250m", deployment.Text($"{Container}.resources.requests.cpu"));
        Assert.Equal(["53", "443", "9000", "443"], files.Document("base/console/networkpolicy.yaml").Items("spec.egress").Select(rule => rule.Text("ports.0.port")));
    }

    [Fact]
    public void Every_datacenter_has_one_that_looks_at_its_own_brokers()
    {
        var files = Generate();

        Assert.All(["eqiad", "codfw"], datacenter =>
        {
            var overlay = files.Document($"overlays/{datacenter}/kustomization.yaml");
            Assert.Contains("../../base/console", overlay.Items("resources").Select(resource => ((YamlScalarNode)resource).Value));
            Assert.Contains(overlay.Items("images"), image => (image.Text("name"), image.Text("newName"), image.Text("newTag")) == ("millrace-console", "registry.example/millrace-console", "0.0.0"));
            var literals = overlay.Items("configMapGenerator").Single(map => map.Text("name") == "console").Items("literals").Select(literal => ((YamlScalarNode)literal).Value!).ToList();
            Assert.Contains($"kafka.{datacenter}.example", literals[0], StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Where_it_is_not_wanted_there_is_nothing_of_it() =>
        Assert.DoesNotContain(Generate("""{ "console": { "enabled": false } }"""), file => file.Path.Contains("console", StringComparison.Ordinal) || file.Content.Contains("millrace-console", StringComparison.Ordinal));

    [Theory]
    [InlineData("""{ "console": { "metrics": ["stages.example/metrics"] } }""", "services.json:Console:Metrics has 'stages.example/metrics'; allowed are http and https addresses without credentials.")]
    [InlineData("""{ "console": { "metrics": ["http://me:secret@stages.example/"] } }""", "without credentials")]
    [InlineData("""{ "console": { "replicas": 2 } }""", "services.json:Console:replicas is unknown")]
    [InlineData("""{ "console": { "settings": { "Kafka:Client:sasl.password": "secret" } } }""", "has Kafka:Client:sasl.password; allowed are")]
    public void What_cannot_be_deployed_is_refused_by_its_name(string services, string message) =>
        Assert.Contains(message, Assert.Throws<CatalogException>(() => Generate(services)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_stage_cannot_have_its_name() =>
        Assert.Contains("'console'", Assert.Throws<CatalogException>(() => Generate(stages: SomeManifests.Stage(name: "Console"))).Message, StringComparison.Ordinal);

    private static IReadOnlyList<ManifestFile> Generate(string services = "{}", string? stages = null) =>
        Manifests.Of(SomeManifests.Sources(stages ?? SomeManifests.Stage(), functions: SomeManifests.AllFunctions) with { Services = ServiceCatalog.Parse(Encoding.UTF8.GetBytes(services)) });
}
