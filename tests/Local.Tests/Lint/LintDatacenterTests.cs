namespace Millrace.Local.Tests;

/// <summary>Datacenters that a stage cannot run in, and manifests that are not those of the catalog.</summary>
public sealed class LintDatacenterTests : LintFixture
{
    private const string TwoClusters = """
        { "datacenters": {
            "eqiad": { "kafkaCluster": "main-eqiad", "bootstrapServers": "kafka.eqiad.example:9093" },
            "codfw": { "kafkaCluster": "main-codfw", "bootstrapServers": "kafka.codfw.example:9093" } } }
        """;

    [Fact]
    public void A_datacenter_that_does_not_exist_is_found() =>
        Finds("datacenter", Stages, "stages.PageChange.datacenters.active", "There is no datacenter 'esams'. Name one of infra/datacenters.json: eqiad, codfw.", () => Repository.Replace(Stages, "\"active\": \"eqiad\"", "\"active\": \"esams\""), more: true);

    [Fact]
    public void A_datacenter_that_nothing_reads_is_found() =>
        Finds("datacenter", Stages, "stages.PageChange.datacenters.active", "nobody reads 'active'", () => Repository.Replace(Stages, "active-passive", "active-active"), more: true);

    [Fact]
    public void A_compute_mode_that_nothing_reads_is_found() =>
        Finds("datacenter", Stages, "stages.PageChange.datacenters.compute", "only the mode active-active reads", () => Repository.Replace(Stages, "\"active\": \"eqiad\"", "\"active\": \"eqiad\", \"compute\": \"double\""), more: true);

    [Fact]
    public void A_standby_that_there_is_no_place_for_is_found() => Finds(
        "datacenter", Stages, "stages.PageChange.datacenters.mode", "eqiad is the only datacenter",
        () => Repository.Write("infra/datacenters.json", """{ "datacenters": { "eqiad": { "kafkaCluster": "main", "bootstrapServers": "kafka:9093" } } }"""), more: true);

    [Fact]
    public void A_standby_in_another_cluster_that_no_mirror_reaches_is_found() => Finds(
        "datacenter", Stages, "stages.PageContentChange.datacenters.mode",
        "between the clusters main-eqiad, main-codfw, and mediawiki.page_change.v1, mediawiki.page_content_change.v1 have no topic of each datacenter",
        () => Repository.Write("infra/datacenters.json", TwoClusters), more: true);

    [Fact]
    public void A_standby_in_another_cluster_with_mirrored_topics_is_none_of_that()
    {
        Repository.Write("infra/datacenters.json", TwoClusters);
        foreach (var file in (string[])[Streams, "functions/PagePrediction/stage.json"])
        {
            Repository.Replace(file, "\"schema_title\"", "\"topic_prefixes\": [\"eqiad.\", \"codfw.\"], \"schema_title\"");
        }

        Assert.Empty(Repository.Lint());
    }

    [Fact]
    public void Datacenters_that_cannot_be_read_are_found() =>
        Finds("datacenter", "infra/datacenters.json", "", "it names at least one datacenter", () => Repository.Write("infra/datacenters.json", """{ "datacenters": {} }"""));

    [Fact]
    public void Manifests_that_are_not_what_would_be_written_are_found()
    {
        WriteManifests();
        Finds("manifests", "infra/keda/overlays/eqiad/page-change.yaml", "", "The file is different. Run `millrace manifests`", () => Repository.Replace("infra/keda/overlays/eqiad/page-change.yaml", "lagThreshold: \"20000\"", "lagThreshold: \"20001\""));
    }

    [Fact]
    public void Manifests_that_cannot_be_generated_are_found()
    {
        WriteManifests();
        Finds("manifests", "infra/keda", "", "autoOffsetReset is \"Middle\"; allowed is Earliest or Latest. Correct it", () => Repository.Write("host.json", """{ "extensions": { "kafka": { "autoOffsetReset": "Middle" } } }"""));
    }

    private void WriteManifests()
    {
        Repository.Write("host.json", "{}");
        new RepositoryManifests(Repository.Root).Write();
    }
}
