using System.Text;
using Millrace.Core;
using Millrace.Local;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>What is generated for the parts of the app that are no stages: the intake, the event streams and the canaries.</summary>
public sealed class ServiceManifestsTests
{
    private const string Container = "spec.template.spec.containers.0";

    private const string Streams = """
        { "streams": {
            "in": { "schema_title": "in", "partitions": 6, "canary_events_enabled": true, "consumers": { "eventstreams": { "enabled": true } } },
            "out": { "schema_title": "out" } } }
        """;

    [Fact]
    public void Every_function_of_the_app_that_the_catalog_uses_is_run_by_one_Deployment_and_those_that_answer_probes_and_scrapes_by_all()
    {
        var files = new RepositoryManifests(Corpus.Repository).Generate();
        var run = files.Where(file => file.Path.EndsWith("/deployment.yaml", StringComparison.Ordinal) && file.Path != "base/console/deployment.yaml").Select(file => Named(Yaml.Read(file.Content).Single()).ToList()).ToList();

        var used = SomeManifests.AllFunctions.Select(function => function.Name).Except(["ToHttp", "ToLake", "ToPostgres", "ToHttp_replay", "ToLake_replay", "ToPostgres_replay"]).ToList();
        Assert.All(run, functions => Assert.Equal(["Healthz", "Readyz", "Metrics"], functions.TakeLast(3)));
        Assert.Equal(used.Except(["Healthz", "Readyz", "Metrics"]).Order(StringComparer.Ordinal), run.SelectMany(functions => functions.SkipLast(3)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("event-intake", "PostEvents StreamConfigs TestEvents OpenApi TryPage Healthz Readyz Metrics")]
    [InlineData("event-streams", "EventStreams Healthz Readyz Metrics")]
    [InlineData("canaries", "Canaries Healthz Readyz Metrics")]
    public void A_service_runs_its_own_functions_and_those_that_answer_probes(string service, string expected) =>
        Assert.Equal(expected, string.Join(' ', Named(Generate().Document($"base/{service}/deployment.yaml"))));

    [Theory]
    [InlineData("{}", 134_217_728, "768Mi")]
    [InlineData("""{ "eventIntake": { "settings": { "Intake": { "QueueBytes": 1073741825 } } } }""", 1_073_741_825, "2561Mi")]
    public void The_memory_of_the_intake_goes_with_what_may_wait_in_it(string services, long queue, string memory)
    {
        var files = Generate(services: services);

        Assert.Equal(memory, files.Document("base/event-intake/deployment.yaml").Text($"{Container}.resources.limits.memory"));
        Assert.Contains($"Intake__QueueBytes={queue}", Literals(files, "event-intake"));
    }

    [Theory]
    [InlineData("{}", "100 1024", "812Mi")]
    [InlineData("""{ "eventStreams": { "settings": { "EventStreams:MaxConnections": "1000", "EventStreams:ReadAheadKilobytes": "64" } } }""", "1000 64", "1637Mi")]
    public void The_memory_of_the_event_streams_goes_with_their_readers_and_what_is_read_ahead_of_them(string services, string settings, string memory)
    {
        var files = Generate(services: services);

        Assert.Equal(memory, files.Document("base/event-streams/deployment.yaml").Text($"{Container}.resources.limits.memory"));
        var (readers, ahead) = (settings.Split(' ')[0], settings.Split(' ')[1]);
        Assert.Equal(["shutdownTimeoutSeconds=10", $"EventStreams__MaxConnections={readers}", $"EventStreams__ReadAheadKilobytes={ahead}"], Literals(files, "event-streams"));
    }

    [Fact]
    public void The_intake_has_the_time_to_stop_that_its_slowest_request_may_take()
    {
        var files = Generate(services: """{ "eventIntake": { "settings": { "Intake": { "BodyTimeout": "00:01:00", "AcknowledgeWithin": "00:00:20.5" } } } }""");

        var deployment = files.Document("base/event-intake/deployment.yaml");
        Assert.Contains("shutdownTimeoutSeconds=81", Literals(files, "event-intake"));
        Assert.Equal(10, deployment.Number($"{Container}.lifecycle.preStop.sleep.seconds"));
        Assert.Equal(101, deployment.Number("spec.template.spec.terminationGracePeriodSeconds"));
    }

    [Fact]
    public void Two_pods_or_more_answer_and_the_processor_time_that_they_use_decides()
    {
        var files = Generate(services: """{ "eventIntake": { "minReplicas": 3, "maxReplicas": 7, "cpuUtilization": 55, "cpu": "2" } }""");

        var (intake, streams) = (files.Document("base/event-intake/scaledobject.yaml"), files.Document("base/event-streams/scaledobject.yaml"));
        Assert.Equal((3, 7, 55), (intake.Number("spec.minReplicaCount"), intake.Number("spec.maxReplicaCount"), intake.Number("spec.triggers.0.metadata.value")));
        Assert.Equal((2, 10, 70), (streams.Number("spec.minReplicaCount"), streams.Number("spec.maxReplicaCount"), streams.Number("spec.triggers.0.metadata.value")));
        Assert.Equal(("cpu", "Utilization"), (intake.Text("spec.triggers.0.type"), intake.Text("spec.triggers.0.metricType")));
        Assert.Equal("2", files.Document("base/event-intake/deployment.yaml").Text($"{Container}.resources.requests.cpu"));
    }

    [Fact]
    public void Canaries_are_one_pod_that_nobody_scales_and_nobody_sends_requests()
    {
        var files = Generate(services: """{ "canaries": { "settings": { "Canaries": { "Schedule": "00:01:00" } } } }""");

        Assert.Equal(
            ["deployment.yaml", "kustomization.yaml", "networkpolicy.yaml"],
            files.Where(file => file.Path.StartsWith("base/canaries/", StringComparison.Ordinal)).Select(file => Path.GetFileName(file.Path)));
        Assert.Equal((1, "Recreate"), (files.Document("base/canaries/deployment.yaml").Number("spec.replicas"), files.Document("base/canaries/deployment.yaml").Text("spec.strategy.type")));
        Assert.Contains("Canaries__Schedule=00:01:00", Literals(files, "canaries"));
    }

    [Fact]
    public void Services_run_in_every_datacenter_as_that_datacenter()
    {
        var files = Generate();

        Assert.All(["eqiad", "codfw"], datacenter => Assert.All(PlatformService.Names, service =>
        {
            var overlay = files.Document($"overlays/{datacenter}/kustomization.yaml");
            Assert.Contains($"../../base/{service}", overlay.Items("resources").Select(resource => ((YamlScalarNode)resource).Value));
            var literals = overlay.Items("configMapGenerator").Single(map => map.Text("name") == service).Items("literals").Select(literal => ((YamlScalarNode)literal).Value!).ToList();
            Assert.Contains($"Millrace__Datacenter={datacenter}", literals);
            Assert.Contains($"kafka.{datacenter}.example", literals[0], StringComparison.Ordinal);
        }));
    }

    [Fact]
    public void Only_the_intake_has_a_Secret_of_its_own_and_does_not_start_without_it()
    {
        var files = Generate();

        Assert.Equal(["millrace-kafka", "event-intake"], Secrets(files, "event-intake"));
        Assert.All(["event-streams", "canaries"], service => Assert.Equal(["millrace-kafka"], Secrets(files, service)));
        Assert.DoesNotContain(files.Document("base/event-intake/deployment.yaml").Items($"{Container}.envFrom"), source => source.At("secretRef.optional") is not null);
    }

    [Fact]
    public void A_schema_repository_with_a_port_of_its_own_is_let_through_to()
    {
        var files = Generate(services: """{ "eventIntake": { "settings": { "Millrace": { "Schemas": ["http://schemas.example:8081/", "https://schemas.example/", "/schemas"] } } } }""");

        Assert.Equal(["53", "443", "8081"], files.Document("base/event-intake/networkpolicy.yaml").Items("spec.egress").Select(rule => rule.Text("ports.0.port")));
        Assert.Contains("Millrace__Schemas__0=http://schemas.example:8081/", Literals(files, "event-intake"));
    }

    [Theory]
    [InlineData("event-streams", "{ \"enabled\": true }", "no stream of the catalog has consumers.eventstreams.enabled.")]
    [InlineData("canaries", "\"canary_events_enabled\": true", "no stream of the catalog has canary_events_enabled.")]
    public void What_no_stream_asks_for_is_not_generated_and_why_is_said(string service, string asked, string reason)
    {
        Assert.Contains(asked, Streams, StringComparison.Ordinal);
        var streams = Streams.Replace(asked, asked.Replace("true", "false", StringComparison.Ordinal), StringComparison.Ordinal);
        var files = Generate(streams: streams);

        Assert.DoesNotContain(files, file => file.Path.StartsWith($"base/{service}/", StringComparison.Ordinal) || file.Content.Contains(service, StringComparison.Ordinal));
        Assert.Equal([(service, reason)], PlatformService.Of(Sources(streams: streams)).Where(absent => absent.Absence is not null).Select(absent => (absent.Name, absent.Absence!)));
    }

    [Fact]
    public void Without_any_stream_or_where_it_is_turned_off_or_without_its_functions_a_service_is_not_there()
    {
        Assert.All(PlatformService.Of(Sources("""{ "stages": {} }""", """{ "streams": {} }""")), service => Assert.NotNull(service.Absence));
        Assert.Equal("Canaries:Enabled is false.", PlatformService.Of(Sources(services: """{ "canaries": { "settings": { "Canaries:Enabled": "false" } } }""")).Single(service => service.Name == "canaries").Absence);
        Assert.All(PlatformService.Of(SomeManifests.Sources(SomeManifests.Stage(), Streams)), service => Assert.Equal("the app has none of its functions.", service.Absence));
    }

    [Theory]
    [InlineData("""{ "eventIntake": { "settings": { "Intake": { "ApiKeys": { "me": "0123456789abcdef" } } } } }""", "Intake:ApiKeys:me, which everybody who sees the manifests could read. Put it into the Secret.")]
    [InlineData("""{ "eventIntake": { "settings": { "Kafka:Client:sasl.password": "secret" } } }""", "has Kafka:Client:sasl.password; allowed are Intake:*, Millrace:Schemas:* and Logging:*.")]
    [InlineData("""{ "eventIntake": { "settings": { "Intake": { "QueueByte": 1 } } } }""", "Intake:QueueByte is unknown")]
    [InlineData("""{ "eventIntake": { "settings": { "Intake": { "QueueBytes": 1 } } } }""", "Intake:QueueBytes")]
    [InlineData("""{ "eventStreams": { "settings": { "EventStreams": { "MaxConnections": "many" } } } }""", "EventStreams:MaxConnections is 'many'")]
    [InlineData("""{ "canaries": { "minReplicas": 2 } }""", "services.json:Canaries:minReplicas is unknown; allowed are Cpu, Settings.")]
    [InlineData("""{ "intake": {} }""", "services.json:intake is unknown; allowed are EventIntake, EventStreams, Canaries, Monitoring, Console.")]
    [InlineData("""{ "eventIntake": { "minReplicas": 0 } }""", "MinReplicas")]
    [InlineData("""{ "eventStreams": { "minReplicas": 3, "maxReplicas": 2 } }""", "services.json:EventStreams:MinReplicas is 3; allowed is 1 to 2, MaxReplicas.")]
    [InlineData("""{ "eventIntake": { "cpu": "half" } }""", "allowed are cores such as 1")]
    [InlineData("""{ "eventIntake": """, "services.json is no JSON")]
    public void What_cannot_be_deployed_is_refused_by_its_name(string services, string message) =>
        Assert.Contains(message, Assert.Throws<CatalogException>(() => Generate(services: services)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_stage_cannot_have_the_name_of_a_service() =>
        Assert.Contains("'event-intake'", Assert.Throws<CatalogException>(() => Generate(SomeManifests.Stage(name: "EventIntake"))).Message, StringComparison.Ordinal);

    private static ManifestSources Sources(string? stages = null, string streams = Streams, string services = "{}") =>
        SomeManifests.Sources(stages ?? SomeManifests.Stage(), streams, functions: SomeManifests.AllFunctions) with { Services = ServiceCatalog.Parse(Encoding.UTF8.GetBytes(services)) };

    private static IReadOnlyList<ManifestFile> Generate(string? stages = null, string streams = Streams, string services = "{}") => Manifests.Of(Sources(stages, streams, services));

    private static IEnumerable<string?> Named(YamlMappingNode deployment) => deployment.Items($"{Container}.env")
        .Where(variable => variable.Text("name")!.StartsWith("AzureFunctionsJobHost__functions__", StringComparison.Ordinal)).Select(variable => variable.Text("value"));

    private static IEnumerable<string?> Literals(IReadOnlyList<ManifestFile> files, string service) =>
        files.Document($"base/{service}/kustomization.yaml").Items("configMapGenerator.0.literals").Select(literal => ((YamlScalarNode)literal).Value);

    private static IEnumerable<string?> Secrets(IReadOnlyList<ManifestFile> files, string service) =>
        files.Document($"base/{service}/deployment.yaml").Items($"{Container}.envFrom").Where(source => source.At("secretRef") is not null).Select(source => source.Text("secretRef.name"));
}
