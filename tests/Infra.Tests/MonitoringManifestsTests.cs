using System.Text;
using Millrace.Core;
using Millrace.Local;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>What the manifests have for Prometheus and for a collector, where <c>infra/services.json</c> names them.</summary>
public sealed class MonitoringManifestsTests : IDisposable
{
    private const string All = """{ "monitoring": { "namespace": "monitoring", "podMonitor": true, "labels": { "release": "prometheus" }, "otlp": "http://collector.monitoring:4317" } }""";

    private const string Streams = """
        { "streams": { "in": { "schema_title": "in", "partitions": 6, "canary_events_enabled": true, "consumers": { "eventstreams": { "enabled": true } } } } }
        """;

    private static readonly string[] Deployments = ["some", "event-intake", "event-streams", "canaries"];

    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-monitoring-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Every_Deployment_has_a_PodMonitor_that_chooses_its_pods_with_the_labels_that_are_asked_for()
    {
        var files = Generate(All);

        Assert.All(Deployments, name =>
        {
            var (monitor, deployment) = (files.Document($"base/{name}/podmonitor.yaml"), files.Document($"base/{name}/deployment.yaml"));
            Assert.Equal(("monitoring.coreos.com/v1", "prometheus"), (monitor.Text("apiVersion"), monitor.Text("metadata.labels.release")));
            Assert.Equal(deployment.At("spec.selector.matchLabels"), monitor.At("spec.selector.matchLabels"));
            Assert.Equal(("http", "/metrics"), (monitor.Text("spec.podMetricsEndpoints.0.port"), monitor.Text("spec.podMetricsEndpoints.0.path")));
            Assert.Equal(("http", 8080), (deployment.Text("spec.template.spec.containers.0.ports.0.name"), deployment.Number("spec.template.spec.containers.0.ports.0.containerPort")));
            Assert.Contains("podmonitor.yaml", files.Document($"base/{name}/kustomization.yaml").Items("resources").Select(resource => ((YamlScalarNode)resource).Value));
        });
    }

    [Fact]
    public void Policies_let_Prometheus_in_and_let_out_to_the_collector_which_the_app_is_told_of()
    {
        var files = Generate(All);

        Assert.All(Deployments, name =>
        {
            var policy = files.Document($"base/{name}/networkpolicy.yaml");
            var (scrape, collector) = (policy.Items("spec.ingress").Last(), policy.Items("spec.egress").Last());
            Assert.Equal(("monitoring", 8080), (Namespace(scrape.At("from.0")), scrape.Number("ports.0.port")));
            Assert.Equal(("monitoring", 4317), (Namespace(collector.At("to.0")), collector.Number("ports.0.port")));
            Assert.Equal("0.0.0.0/0", collector.Text("to.1.ipBlock.cidr"));
            Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT=http://collector.monitoring:4317", Literals(files, name));
        });
    }

    [KedaFact]
    public void It_renders_to_what_Kubernetes_accepts()
    {
        Generate(All).WriteTo(_directory);

        foreach (var overlay in Directory.GetDirectories(Path.Combine(_directory, "overlays")))
        {
            var resources = Kubectl.Render(overlay);
            var keda = new KedaRules();
            Assert.Empty(KubernetesRules.Problems(resources).Concat(resources.SelectMany(resource => keda.Problems(resource, resources))));

            // The console measures nothing.
            Assert.Equal(resources.Count(resource => resource.Kind() == "Deployment" && resource.Name() != ConsoleManifests.Name), resources.Count(resource => resource.Kind() == "PodMonitor"));
        }
    }

    [Fact]
    public void A_PodMonitor_of_nobodys_pods_or_of_a_port_that_there_is_not_is_found_by_the_rules()
    {
        var rendered = (string[])["deployment.yaml", "podmonitor.yaml", "networkpolicy.yaml"];
        var files = Generate(All);
        var good = rendered.Select(file => files.Document($"base/some/{file}")).ToList();
        var wrongPort = rendered.Select(file => Yaml.Read(files.Single(known => known.Path == $"base/some/{file}").Content.Replace("port: http", "port: web", StringComparison.Ordinal)).Single()).ToList();
        var closed = rendered.Select(file => Yaml.Read(files.Single(known => known.Path == $"base/some/{file}").Content.Replace("namespaceSelector", "podSelector", StringComparison.Ordinal)).Single()).ToList();

        Assert.Empty(Of(good));
        Assert.Contains("it chooses the pods of 0 Deployments", Assert.Single(Of(good[1..])), StringComparison.Ordinal);
        Assert.Contains("no container has its port", Assert.Single(Of(wrongPort)), StringComparison.Ordinal);
        Assert.Contains("no policy lets Prometheus's namespace in", Assert.Single(Of(closed)), StringComparison.Ordinal);

        static IEnumerable<string> Of(IReadOnlyList<YamlMappingNode> resources) => KubernetesRules.Problems(resources).Where(problem => problem.StartsWith("PodMonitor", StringComparison.Ordinal) && !problem.EndsWith("it has no namespace", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_it_manifests_say_nothing_of_it()
    {
        var files = Generate("{}");

        Assert.DoesNotContain(files, file => file.Path.EndsWith("podmonitor.yaml", StringComparison.Ordinal) || file.Content.Contains("OTEL_", StringComparison.Ordinal) || file.Content.Contains("namespaceSelector", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.Path.EndsWith("deployment.yaml", StringComparison.Ordinal) && file.Content.Contains("containerPort", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_no_function_answers_the_scrape_there_is_no_PodMonitor()
    {
        var files = Manifests.Of(SomeManifests.Sources(SomeManifests.Stage(), Streams) with { Services = ServiceCatalog.Parse(Encoding.UTF8.GetBytes(All)) });

        Assert.DoesNotContain(files, file => file.Path.EndsWith("podmonitor.yaml", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "podMonitor": true }""", "Monitoring:PodMonitor is true, and services.json:Monitoring:Namespace does not say where Prometheus is.")]
    [InlineData("""{ "namespace": "monitoring", "labels": { "release": "x" } }""", "Monitoring:Labels are those of PodMonitors")]
    [InlineData("""{ "namespace": "Mon itoring" }""", "allowed is the name of a namespace.")]
    [InlineData("""{ "otlp": "collector:4317" }""", "Monitoring:Otlp is no http or https address")]
    [InlineData("""{ "otlp": "http://user:pass@collector:4317" }""", "Monitoring:Otlp is no http or https address without credentials")]
    [InlineData("""{ "scrape": true }""", "scrape is unknown; allowed are Namespace, PodMonitor, Labels, Otlp.")]
    public void What_does_not_go_together_is_refused_by_its_name(string monitoring, string message) =>
        Assert.Contains(message, Assert.Throws<CatalogException>(() => Generate($$"""{ "monitoring": {{monitoring}} }""")).Message, StringComparison.Ordinal);

    private static IReadOnlyList<ManifestFile> Generate(string services) =>
        Manifests.Of(SomeManifests.Sources(SomeManifests.Stage(), Streams, functions: SomeManifests.AllFunctions) with { Services = ServiceCatalog.Parse(Encoding.UTF8.GetBytes(services)) });

    private static string? Namespace(YamlNode? peer) =>
        ((YamlScalarNode?)((YamlMappingNode)peer!.At("namespaceSelector.matchLabels")!).Children.Single(label => ((YamlScalarNode)label.Key).Value == "kubernetes.io/metadata.name").Value)?.Value;

    private static IEnumerable<string?> Literals(IReadOnlyList<ManifestFile> files, string name) =>
        files.Document($"base/{name}/kustomization.yaml").Items("configMapGenerator.0.literals").Select(literal => ((YamlScalarNode)literal).Value);
}
