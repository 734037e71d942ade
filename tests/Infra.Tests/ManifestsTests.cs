using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Millrace.Core;
using Millrace.Hosting;
using Millrace.Local;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>What is generated, by what the catalogs say.</summary>
public sealed class ManifestsTests
{
    [Fact]
    public void A_stage_runs_a_function_for_each_input_and_one_for_replays_and_those_that_answer_probes()
    {
        var deployment = Generate(SomeManifests.Sources("""{ "stages": { "Some": { "inputs": ["in", "out"] } } }""", functions: DeclaredFunction.Among([typeof(Health)]))).Document("base/some/deployment.yaml");

        Assert.Equal(["Some", "Some_1", "Some_replay", "IsAlive", "IsReady"], deployment.Items("spec.template.spec.containers.0.env").Where(variable => variable.Text("name")!.StartsWith("AzureFunctionsJobHost__functions__", StringComparison.Ordinal)).Select(variable => variable.Text("value")));
        Assert.Equal(["/healthz", "/healthz", "/readyz"], new[] { "startupProbe", "livenessProbe", "readinessProbe" }.Select(probe => deployment.Text($"spec.template.spec.containers.0.{probe}.httpGet.path")));
    }

    [Fact]
    public void Where_no_function_answers_there_are_no_probes()
    {
        var container = Generate(SomeManifests.Sources(SomeManifests.Stage())).Document("base/some/deployment.yaml").At("spec.template.spec.containers.0")!;

        Assert.All(["startupProbe", "livenessProbe", "readinessProbe"], probe => Assert.Null(container.At(probe)));
    }

    [Theory]
    [InlineData("""{ "mode": "single", "active": "codfw" }""", "", "codfw")]
    [InlineData("""{ "mode": "single" }""", "eqiad", "")]
    [InlineData("""{ "mode": "active-passive", "active": "codfw" }""", "eqiad (paused),codfw", "")]
    public void A_stage_is_in_the_overlays_of_the_datacenters_where_it_runs_or_is_ready(string datacenters, string expected, string only)
    {
        var files = Generate(SomeManifests.Sources(SomeManifests.Stage($$"""
            "datacenters": {{datacenters}}
            """)));

        var found = new[] { "eqiad", "codfw" }.Where(datacenter => files.Any(file => file.Path == $"overlays/{datacenter}/some.yaml")).Select(datacenter =>
            files.Document($"overlays/{datacenter}/some.yaml").At("metadata.annotations") is YamlMappingNode annotations && annotations.Children["autoscaling.keda.sh/paused-replicas"].ToString() == "0" ? $"{datacenter} (paused)" : datacenter);
        Assert.Equal(expected.Length > 0 ? expected : only, string.Join(',', found));
    }

    [Fact]
    public void What_is_ready_elsewhere_begins_with_no_replica()
    {
        var files = Generate(SomeManifests.Sources(SomeManifests.Stage("""
            "datacenters": { "mode": "active-passive", "active": "eqiad" }
            """)));

        Assert.Equal("0", files.Document("overlays/codfw/kustomization.yaml").Text("replicas.0.count"));
        Assert.Null(files.Document("overlays/eqiad/kustomization.yaml").At("replicas"));
    }

    [Fact]
    public void A_datacenter_that_is_not_there_is_refused() =>
        Assert.Contains("'esams'", Assert.Throws<CatalogException>(() => Generate(SomeManifests.Sources(SomeManifests.Stage("""
            "datacenters": { "active": "esams" }
            """)))).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_more_in_the_catalog_the_partitions_of_the_widest_topic_bound_the_replicas_and_the_first_event_wakes_the_stage()
    {
        const string Streams = """{ "streams": { "wide": { "schema_title": "x", "partitions": 6 }, "narrow": { "schema_title": "x", "partitions": 2 } } }""";
        var files = Generate(SomeManifests.Sources("""{ "stages": { "Some": { "inputs": ["narrow", "wide"] } } }""", Streams));

        Assert.Equal(6, files.Document("base/some/scaledobject.yaml").Number("spec.maxReplicaCount"));
        Assert.Equal(
            [("narrow", "0"), ("wide", "0"), ("Some.replay", "0")],
            files.Document("overlays/eqiad/some.yaml").Items("spec.triggers").Select(trigger => (trigger.Text("metadata.topic"), trigger.Text("metadata.activationLagThreshold"))));
    }

    [Fact]
    public void One_event_that_is_replayed_wakes_a_stage_whatever_else_does()
    {
        var trigger = Generate(SomeManifests.Sources(SomeManifests.Stage("""
            "scale": { "activationLagThreshold": 30 }
            """))).Document("overlays/eqiad/some.yaml").Items("spec.triggers").Last();

        Assert.Equal(("Some.replay", "Some", "0"), (trigger.Text("metadata.topic"), trigger.Text("metadata.consumerGroup"), trigger.Text("metadata.activationLagThreshold")));
    }

    [Fact]
    public void A_topic_that_stages_write_in_transactions_wakes_the_next_beyond_what_it_keeps_at_rest()
    {
        const string Streams = """{ "streams": { "in": { "schema_title": "x", "partitions": 6 }, "mid": { "schema_title": "x", "partitions": 2 } } }""";
        var files = Generate(SomeManifests.Sources("""{ "stages": { "First": { "inputs": ["in"], "outputs": { "mid": "/x/1.0.0" } }, "Some": { "inputs": ["in", "mid"] } } }""", Streams));

        Assert.Equal(
            [("in", "0"), ("mid", "12"), ("Some.replay", "0")],
            files.Document("overlays/eqiad/some.yaml").Items("spec.triggers").Select(trigger => (trigger.Text("metadata.topic"), trigger.Text("metadata.activationLagThreshold"))));
        var text = string.Join(' ', files.Single(file => file.Path == "overlays/eqiad/some.yaml").Content.Split([' ', '\n', '#'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("keeps no lag at rest: its first event starts a replica.", text, StringComparison.Ordinal);
        Assert.Contains("a lag of up to 12 at rest, which would keep a replica for ever. Up to so many events may wait at rest, until more come: scale.minReplicas 1 avoids it.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_catalog_says_of_scaling_is_what_KEDA_is_told()
    {
        var files = Generate(SomeManifests.Sources(SomeManifests.Stage("""
            "scale": { "minReplicas": 1, "maxReplicas": 5, "lagThreshold": 77, "activationLagThreshold": 3, "pollingInterval": "00:00:07", "cooldownPeriod": "00:01:00",
                       "scaleUpWindow": "00:00:40", "scaleDownWindow": "00:06:00", "cpu": "2", "memory": "3Gi" }
            """)));

        var scaled = files.Document("base/some/scaledobject.yaml");
        Assert.Equal((1, 5, 7, 60), (scaled.Number("spec.minReplicaCount"), scaled.Number("spec.maxReplicaCount"), scaled.Number("spec.pollingInterval"), scaled.Number("spec.cooldownPeriod")));
        const string Behaviour = "spec.advanced.horizontalPodAutoscalerConfig.behavior";
        Assert.Equal((40, 360), (scaled.Number($"{Behaviour}.scaleUp.stabilizationWindowSeconds"), scaled.Number($"{Behaviour}.scaleDown.stabilizationWindowSeconds")));
        Assert.Equal(("Pods", 1, 60), (scaled.Text($"{Behaviour}.scaleDown.policies.0.type"), scaled.Number($"{Behaviour}.scaleDown.policies.0.value"), scaled.Number($"{Behaviour}.scaleDown.policies.0.periodSeconds")));
        var trigger = files.Document("overlays/eqiad/some.yaml").At("spec.triggers.0")!;
        Assert.Equal(("77", "3", "true"), (trigger.Text("metadata.lagThreshold"), trigger.Text("metadata.activationLagThreshold"), trigger.Text("useCachedMetrics")));
        var resources = files.Document("base/some/deployment.yaml").At("spec.template.spec.containers.0.resources")!;
        Assert.Equal(("2", "3Gi", "3Gi"), (resources.Text("requests.cpu"), resources.Text("requests.memory"), resources.Text("limits.memory")));
    }

    [Fact]
    public void More_replicas_at_least_than_there_are_partitions_is_refused() =>
        Assert.Contains("minReplicas is 9; allowed is 0 to 6", Assert.Throws<CatalogException>(() => Generate(SomeManifests.Sources(SomeManifests.Stage("""
            "scale": { "minReplicas": 9 }
            """)))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("00:00:10", 20, 30)]
    [InlineData("00:02:00.5", 131, 141)]
    public void The_host_and_then_the_pod_wait_longer_than_a_stage_may_drain(string drainTime, int host, int pod)
    {
        var files = Generate(SomeManifests.Sources(SomeManifests.Stage($$"""
            "options": { "drainTime": "{{drainTime}}" }
            """)));

        Assert.Equal($"shutdownTimeoutSeconds={host}", files.Document("base/some/kustomization.yaml").Text("configMapGenerator.0.literals.0"));
        Assert.Equal(pod, files.Document("base/some/deployment.yaml").Number("spec.template.spec.terminationGracePeriodSeconds"));
    }

    [Fact]
    public void The_app_takes_the_time_to_stop_that_its_settings_name()
    {
        var setting = Generate(SomeManifests.Sources(SomeManifests.Stage("""
            "options": { "drainTime": "00:01:00" }
            """))).Document("base/some/kustomization.yaml").Text("configMapGenerator.0.literals.0");

        using var app = Functions.Program.Build([$"--{setting}", "--KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:1"]);

        Assert.Equal(TimeSpan.FromSeconds(70), app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }

    [Theory]
    [InlineData("""{ "mode": "active-active" }""", "codfw.in")]
    [InlineData("""{ "mode": "active-active", "compute": "double" }""", "eqiad.in,codfw.in")]
    [InlineData("""{ "mode": "active-passive", "active": "eqiad" }""", "eqiad.in,codfw.in")]
    [InlineData("""{ "mode": "single", "active": "codfw" }""", "eqiad.in,codfw.in")]
    public void KEDA_looks_at_the_topics_that_the_stage_reads_there_and_the_app_is_told_the_same(string datacenters, string expected)
    {
        const string Streams = """{ "streams": { "in": { "schema_title": "x", "topic_prefixes": ["eqiad.", "codfw."] } } }""";
        var sources = SomeManifests.Sources(
            SomeManifests.Stage($$"""
                "datacenters": {{datacenters}}
                """),
            Streams);
        var files = Generate(sources);

        var topics = files.Document("overlays/codfw/some.yaml").Items("spec.triggers").Select(trigger => trigger.Text("metadata.topic")!).ToList();
        Assert.Equal([.. expected.Split(','), "Some.replay"], topics);
        var settings = sources.TriggerSettings(sources.Catalog.Get("Some"), sources.Datacenters.Get("codfw"));
        var literals = files.Document("overlays/codfw/kustomization.yaml").Items("configMapGenerator.0.literals").Select(literal => ((YamlScalarNode)literal).Value).ToList();
        Assert.All(settings, setting => Assert.Contains($"{setting.Key}={setting.Value}", literals));
        Assert.All(topics.SkipLast(1), topic => Assert.Matches(settings["Stages__Some__Topics"], topic));
        Assert.Matches(settings["Stages__Some__Replay"], topics[^1]);
    }

    [Fact]
    public void A_stage_that_runs_in_each_datacenter_on_one_topic_is_refused() =>
        Assert.Contains("twice", Assert.Throws<CatalogException>(() => Generate(SomeManifests.Sources(SomeManifests.Stage("""
            "datacenters": { "mode": "active-active" }
            """)))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_ports_of_the_brokers_are_let_through_in_their_datacenter() =>
        Assert.Equal(9094, Generate(SomeManifests.Sources(SomeManifests.Stage())).Document("overlays/codfw/networkpolicy.yaml").Number("spec.egress.0.ports.0.port"));

    [Fact]
    public void Brokers_without_a_port_are_refused() =>
        Assert.Contains("datacenters.eqiad.bootstrapServers has 'kafka'", Assert.Throws<CatalogException>(() => Generate(SomeManifests.Sources(
            SomeManifests.Stage(), datacenters: """{ "datacenters": { "eqiad": { "kafkaCluster": "c", "bootstrapServers": "kafka:9092,kafka" } } }"""))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{}", "earliest")]
    [InlineData("""{ "extensions": { "kafka": { "autoOffsetReset": "Latest" } } }""", "latest")]
    public void KEDA_counts_from_where_the_consumer_begins(string hostJson, string expected)
    {
        var sources = SomeManifests.Sources(SomeManifests.Stage()) with { OffsetReset = Manifests.OffsetResetOf(System.Text.Encoding.UTF8.GetBytes(hostJson)) };

        Assert.Equal(expected, Generate(sources).Document("overlays/eqiad/some.yaml").Text("spec.triggers.0.metadata.offsetResetPolicy"));
    }

    [Fact]
    public void Another_offset_reset_is_refused() =>
        Assert.Contains("allowed is Earliest or Latest", Assert.Throws<CatalogException>(() => Manifests.OffsetResetOf("""{ "extensions": { "kafka": { "autoOffsetReset": "Middle" } } }"""u8.ToArray())).Message, StringComparison.Ordinal);

    private static IReadOnlyList<ManifestFile> Generate(ManifestSources sources) => Manifests.Of(sources);

#pragma warning disable CA1822, IDE0060 // As functions are: methods of an instance, with parameters for the host.
    private sealed class Health
    {
        [Function("IsAlive")]
        public void Alive([HttpTrigger(Route = "healthz")] object request) => _ = request;

        [Function("IsReady")]
        public void Ready([HttpTrigger(Route = "/readyz")] object request) => _ = request;
    }
#pragma warning restore CA1822, IDE0060
}
