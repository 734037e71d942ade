using System.Text.Json;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Local;
using YamlDotNet.RepresentationModel;

namespace Millrace.Infra.Tests;

/// <summary>What is generated for connectors: a way to the store, a Secret that opens it, and all their streams.</summary>
public sealed class ConnectorManifestsTests : IDisposable
{
    private const string Container = "spec.template.spec.containers.0";

    private const string Streams = """
        { "streams": {
            "mediawiki.a": { "schema_title": "a", "partitions": 3, "topic_prefixes": ["eqiad.", "codfw."] },
            "mediawiki.b-c": { "schema_title": "b", "partitions": 5 },
            "other": { "schema_title": "c", "partitions": 9 } } }
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-connector-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("postgres", """{ "connectionString": "Host=db.example;Database=events" }""", "db.example:5432")]
    [InlineData("postgres", """{ "connectionString": "Host=a.example,b.example:6432,[fd00::7]:7432,fd00::8;Port=5433" }""", "a.example:5433 b.example:6432 fd00::7:7432 fd00::8:5433")]
    [InlineData("lake", """{ "path": "https://account.blob.core.windows.net/lake/events" }""", "account.blob.core.windows.net:443")]
    [InlineData("lake", """{ "path": "lake/events", "connectionString": "BlobEndpoint=http://blobs.example:10000/account" }""", "blobs.example:10000")]
    [InlineData("http", """{ "address": "https://search.example:9200/_bulk" }""", "search.example:9200")]
    [InlineData("http", """{ "address": "http://hook.example/" }""", "hook.example:80")]
    public void A_store_is_where_the_settings_of_its_stage_name_it(string connector, string settings, string expected) =>
        Assert.Equal(expected, string.Join(' ', Kind(connector).Endpoints(Stage(connector, settings))));

    [Theory]
    [InlineData("postgres", "{}", "Settings:ConnectionString")]
    [InlineData("postgres", """{ "connectionString": "Database=events" }""", "settings.connectionString names no Host")]
    [InlineData("postgres", """{ "connectionString": "Host=/run/postgresql" }""", "has the Host '/run/postgresql', a socket of one machine alone; allowed is a name or an address")]
    [InlineData("postgres", """{ "connectionString": "Host=db:port" }""", "has the Host 'db:port'; allowed behind the colon is a port, 1 to 65535")]
    [InlineData("lake", """{ "path": "lake" }""", "settings.path is 'lake', a directory of one machine alone; allowed is https://ACCOUNT.blob.core.windows.net/CONTAINER")]
    [InlineData("lake", """{ "path": "lake", "connectionString": "nonsense" }""", "settings.connectionString cannot be used")]
    [InlineData("http", """{ "address": "ftp://hook.example/" }""", "settings.address is no http or https address")]
    [InlineData("http", """{ "adress": "http://hook.example/" }""", "settings:adress is unknown; allowed are")]
    [InlineData("nowhere", "{}", "stages.ToStore.connector is 'nowhere'; allowed is http, lake, postgres")]
    public void A_store_that_no_pod_could_reach_is_refused(string connector, string settings, string expected) =>
        Assert.Contains(expected, Assert.Throws<CatalogException>(() => Manifests.Of(Sources(connector, settings))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_policy_lets_through_to_the_stores_port_and_of_an_address_to_nowhere_else()
    {
        var egress = Policy("postgres", """{ "connectionString": "Host=db.example:6432,10.1.2.3,[fd00::7]:7432" }""").Items("spec.egress").Skip(2).ToList();

        Assert.Equal(["6432", "5432", "7432"], egress.Select(rule => rule.Text("ports.0.port")));
        Assert.All(egress, rule => Assert.Equal("TCP", rule.Text("ports.0.protocol")));
        Assert.Equal(("0.0.0.0/0", "169.254.0.0/16"), (egress[0].Text("to.0.ipBlock.cidr"), egress[0].Text("to.0.ipBlock.except.0")));
        Assert.Equal(("10.1.2.3/32", "fd00::7/128"), (egress[1].Text("to.0.ipBlock.cidr"), egress[2].Text("to.0.ipBlock.cidr")));
        Assert.All(egress.Skip(1), rule => Assert.Single(rule.Items("to")));
    }

    [Fact]
    public void Who_is_no_connector_is_let_through_to_no_store_and_given_no_Secret_of_one()
    {
        var files = Manifests.Of(SomeManifests.Sources(SomeManifests.Stage()));

        Assert.Equal(2, files.Document("base/some/networkpolicy.yaml").Items("spec.egress").Count());
        Assert.Equal([StageManifests.KafkaSecret], Secrets(files.Document("base/some/deployment.yaml")));
    }

    [Theory]
    [InlineData("postgres", """{ "connectionString": "Host=db" }""", "Stages__ToStore__Settings__ConnectionString")]
    [InlineData("lake", """{ "path": "https://account.blob.core.windows.net/lake" }""", "AZURE_CLIENT_SECRET")]
    [InlineData("http", """{ "address": "https://search.example/" }""", "Stages__ToStore__Settings__Headers")]
    public void A_Secret_of_its_own_opens_the_store_and_what_is_to_be_in_it_stands_above_it(string connector, string settings, string expected)
    {
        var file = Manifests.Of(Sources(connector, settings)).Single(file => file.Path == "base/to-store/deployment.yaml");

        Assert.Equal([StageManifests.KafkaSecret, "to-store-store"], Secrets(Yaml.Read(file.Content).Single()));
        Assert.Contains(expected, file.Content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres", """{ "connectionString": "Host=db.example;Password=s3cret;Username=s3cret" }""")]
    [InlineData("lake", """{ "path": "https://account.blob.core.windows.net/lake?sig=s3cret" }""")]
    [InlineData("lake", """{ "path": "lake", "connectionString": "AccountName=me;AccountKey=czNjcmV0;EndpointSuffix=example.org" }""")]
    [InlineData("http", """{ "address": "https://search.example/_bulk?token=s3cret", "headers": { "Authorization": "Bearer s3cret" } }""")]
    public void A_secret_that_stands_in_the_catalog_comes_into_no_manifest(string connector, string settings) =>
        Assert.All(Manifests.Of(Sources(connector, settings)), file => Assert.DoesNotMatch("s3cret|czNjcmV0", file.Content));

    [RenderFact]
    public void A_pattern_of_streams_becomes_a_trigger_for_each_topic_and_one_function_that_reads_them_all()
    {
        Manifests.Of(Sources("postgres", """{ "connectionString": "Host=db" }""", "mediawiki.*")).WriteTo(_directory);

        var rendered = Kubectl.Render(Path.Combine(_directory, "overlays", "eqiad")).Where(resource => !resource.Name().StartsWith(ConsoleManifests.Name, StringComparison.Ordinal)).ToList();

        var scaled = rendered.Single(resource => resource.Kind() == "ScaledObject");
        Assert.Equal(
            [("eqiad.mediawiki.a", "ToStore"), ("codfw.mediawiki.a", "ToStore"), ("mediawiki.b-c", "ToStore"), ("ToStore.replay", "ToStore")],
            scaled.Items("spec.triggers").Select(trigger => (trigger.Text("metadata.topic")!, trigger.Text("metadata.consumerGroup")!)));
        Assert.Equal(5, scaled.Number("spec.maxReplicaCount"));
        var settings = rendered.Single(resource => resource.Kind() == "ConfigMap");
        Assert.Equal(@"^(eqiad\.mediawiki\.a|codfw\.mediawiki\.a|mediawiki\.b-c)$", settings.Text("data.Stages__ToStore__Topics"));
        Assert.Equal(["ToStore", "ToStore_replay"], rendered.Single(resource => resource.Kind() == "Deployment").Items($"{Container}.env").Where(variable => variable.At("value") is not null).Select(variable => variable.Text("value")));
    }

    private static StoreKind Kind(string connector) => StoreKind.All.Single(kind => kind.Name == connector);

    private static StageDefinition Stage(string connector, string settings) => Sources(connector, settings).Catalog.Get("ToStore");

    private static ManifestSources Sources(string connector, string settings, string input = "other") => SomeManifests.Sources(
        SomeManifests.Stage($"\"connector\": {JsonSerializer.Serialize(connector)}, \"settings\": {settings}", "ToStore", input), Streams);

    private static YamlMappingNode Policy(string connector, string settings) => Manifests.Of(Sources(connector, settings)).Document("base/to-store/networkpolicy.yaml");

    private static IEnumerable<string?> Secrets(YamlMappingNode deployment) =>
        deployment.Items($"{Container}.envFrom").Where(source => source.At("secretRef") is not null).Select(source => source.Text("secretRef.name"));
}
