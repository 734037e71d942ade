using System.CommandLine;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Millrace.Core;
using Millrace.Functions;

namespace Millrace.Local.Tests;

/// <summary>One repository that is wrong in one way for each thing that lint looks at.</summary>
public sealed class LintTests : IDisposable
{
    private const string Stages = "functions/stages.json";
    private const string Streams = "functions/streams.json";
    private const string PageChangeSchema = "shared/jsonschema/mediawiki/page/change/1.3.0.json";

    private const string TwoClusters = """
        { "datacenters": {
            "eqiad": { "kafkaCluster": "main-eqiad", "bootstrapServers": "kafka.eqiad.example:9093" },
            "codfw": { "kafkaCluster": "main-codfw", "bootstrapServers": "kafka.codfw.example:9093" } } }
        """;

    private readonly LintRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void The_apps_own_catalog_agrees_with_all_else() => Assert.Empty(_repository.Lint());

    [Fact]
    public void The_repository_agrees_with_itself()
    {
        var run = Run(AppContext.BaseDirectory);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    [Fact]
    public void A_lookup_whose_operation_is_not_in_its_document_is_found() => Finds(
        "lookup", "functions/PagePrediction/model.openapi.json", "/paths", "There is no operation 'guess'; there is predict.",
        () => _repository.Replace("functions/PagePrediction/stage.json", "\"operation\": \"predict\"", "\"operation\": \"guess\""));

    [Fact]
    public void A_lookup_that_binds_a_field_of_another_type_is_found() => Finds(
        "lookup", "functions/PagePrediction/stage.json", "stages.PagePrediction.lookup.parameters.rev_id", "'/page/page_title' is string, and integer is allowed",
        () => _repository.Replace("functions/PagePrediction/stage.json", "\"revision.rev_id\"", "\"page.page_title\""));

    [Fact]
    public void A_lookup_or_connector_that_is_newer_than_the_command_is_found_once() => Finds(
        "class", Stages, "stages.PageState", "Build it again; the build writes the class.",
        () => _repository.Replace(Stages, "\"stages\": {", "\"stages\": { \"PageState\": { \"connector\": \"postgres\", \"inputs\": [\"mediawiki.page_change.v1\"] },"), more: true);

    [Fact]
    public void A_value_out_of_its_range_is_found() =>
        Finds("catalog", Stages, "stages.PageContentChange", "concurrency is 0; allowed is 1 to 10000", () => _repository.Replace(Stages, "\"concurrency\": 32", "\"concurrency\": 0"), more: true);

    [Fact]
    public void A_stream_that_does_not_exist_is_found() =>
        Finds("catalog", Stages, "stages.PageChange", "there is no stream 'mediawiki.nothing'", () => _repository.Replace(Stages, "\"mediawiki.page-create\"]", "\"mediawiki.nothing\"]"), more: true);

    [Fact]
    public void An_output_by_a_schema_of_another_title_is_found() =>
        Finds("catalog", Stages, "stages.PageChange", "the stream takes events of /mediawiki/page/change/<version>", () => _repository.Replace(Stages, "\"mediawiki.page_change.v1\": \"/mediawiki/page/change/1.3.0\"", "\"mediawiki.page_change.v1\": \"/page/change/1.0.0\""), more: true);

    [Fact]
    public void A_key_of_a_stream_that_is_unknown_is_found() =>
        Finds("catalog", Streams, "streams.mediawiki.page-create", "streams.json.streams.mediawiki.page-create.topik is unknown", () => _repository.Replace(Streams, "\"mediawiki.page-create\": {", "\"mediawiki.page-create\": { \"topik\": \"x\","), more: true);

    [Fact]
    public void Stages_that_feed_each_other_in_a_circle_are_found() =>
        Finds("catalog", Stages, "stages.PageContentChange", "feed each other in a circle", () => _repository.Replace(Stages, "\"inputs\": [\"mediawiki.revision-create\", \"mediawiki.page-create\"]", "\"inputs\": [\"mediawiki.page_content_change.v1\"]"), more: true);

    [Fact]
    public void A_file_that_is_no_JSON_is_found() => Finds("catalog", Streams, "", "The file cannot be read", () => _repository.Write(Streams, "{"), more: true);

    [Fact]
    public void A_section_that_nothing_reads_is_found() => Finds("catalog", Streams, "topics", "'topics' is unknown", () => _repository.Replace(Streams, "\"streams\": {", "\"topics\": {}, \"streams\": {"), more: true);

    [Fact]
    public void An_entry_that_two_files_have_is_found() => Finds(
        "catalog", "functions/PageChange/stage.json", "stages.PageChange", "'PageChange' is in functions/stages.json, too",
        () => _repository.Write("functions/PageChange/stage.json", """{ "stages": { "PageChange": { "inputs": ["mediawiki.page-create"] } } }"""));

    [Fact]
    public void One_mistake_does_not_hide_the_next()
    {
        _repository.Replace(Stages, "\"concurrency\": 32", "\"concurrency\": 0");
        _repository.Replace(Stages, "\"lagThreshold\": 20000", "\"lagThreshold\": 0");

        Assert.Equal(["stages.PageChange", "stages.PageContentChange"], _repository.Lint().Where(item => item.Rule == "catalog").Select(item => item.Finding.Key).Order());
    }

    [Fact]
    public void A_stage_without_a_class_is_found() =>
        Finds("class", Stages, "stages.PageChange", "No class 'PageChange' is a stage", () => _repository.Classes.Remove(typeof(PageChange)));

    [Fact]
    public void A_class_without_an_entry_is_found() =>
        Finds("class", "functions/Stranger/stage.json", "stages.Stranger", "is a stage without an entry", () => _repository.Classes.Add(typeof(Stranger)));

    [Fact]
    public void A_stage_without_a_function_is_found() =>
        Finds("trigger", "functions/PageContentChange/PageContentChange.cs", "PageContentChange", "No function is named 'PageContentChange'", () => _repository.Classes.Remove(typeof(PageContentChangeTrigger)));

    [Fact]
    public void A_function_without_a_stage_is_found() =>
        Finds("trigger", "functions/Orphan/Orphan.cs", "Orphan", "no stage has that name", () => _repository.Classes.Add(typeof(OrphanTrigger)));

    [Fact]
    public void Two_functions_of_one_stage_are_found() =>
        Finds("trigger", "functions/PageContentChange/PageContentChange.cs", "PageContentChange", "2 functions read '%Stages:PageContentChange:Topics%'", () => _repository.Classes.Add(typeof(SecondTrigger)));

    [Fact]
    public void A_topic_that_no_function_reads_is_found()
    {
        _repository.Classes.Remove(typeof(PageContentChangeTrigger));
        Finds("trigger", "functions/PageContentChange/PageContentChange.cs", "PageContentChange", "No function of the stage reads '%Stages:PageContentChange:Topics%'", () => _repository.Classes.Add(typeof(WrongTrigger)), more: true);
    }

    [Theory]
    [InlineData("BrokerList", "'localhost:9092'", "%KAFKA_BOOTSTRAP_SERVERS%")]
    [InlineData("Topic", "'mediawiki.page_change.v1'", "%Stages:PageContentChange:Topics%")]
    [InlineData("ConsumerGroup", "'other'", "PageContentChange")]
    [InlineData("IsBatched", "not set", "True")]
    [InlineData("KeyDataType", "'Long'", "Binary")]
    public void Whatever_a_trigger_says_wrongly_is_found(string key, string value, string expected)
    {
        _repository.Classes.Remove(typeof(PageContentChangeTrigger));
        Finds("trigger", "functions/PageContentChange/PageContentChange.cs", $"WrongTrigger: KafkaTrigger.{key}", $"{key} is {value}. Set it to '{expected}'.", () => _repository.Classes.Add(typeof(WrongTrigger)), more: true);
    }

    [Fact]
    public void A_trigger_that_takes_one_record_at_a_time_is_found()
    {
        _repository.Classes.Remove(typeof(PageContentChangeTrigger));
        Finds("trigger", "functions/PageContentChange/PageContentChange.cs", "WrongTrigger: KafkaTrigger", "feeds a KafkaRecord. Take an array", () => _repository.Classes.Add(typeof(WrongTrigger)), more: true);
    }

    [Fact]
    public void A_setting_that_its_class_does_not_have_is_found() =>
        Finds("settings", Stages, "stages.PageChange.settings", "catalog:stages:PageChange:settings:newPage is unknown; allowed are", () => _repository.Replace(Stages, "\"newPages\"", "\"newPage\""));

    [Fact]
    public void A_setting_of_a_value_that_is_not_allowed_is_found() =>
        Finds("settings", Stages, "stages.PageChange.settings", "allowed is Create or Filter", () => _repository.Replace(Stages, "\"firstRevisions\": \"Create\"", "\"firstRevisions\": \"Keep\""));

    [Fact]
    public void Settings_of_a_stage_that_takes_none_are_found() =>
        Finds("settings", Stages, "stages.PageChange.settings", "takes no settings", () => _repository.Classes.Remove(typeof(PageChangeSettings)));

    [Fact]
    public void A_stream_that_no_stage_uses_is_found() =>
        Finds("stream-use", Streams, "streams.mediawiki.spare", "No stage reads or writes the stream", () => _repository.Replace(Streams, "\"streams\": {", "\"streams\": { \"mediawiki.spare\": { \"schema_title\": \"mediawiki/page/change\" },"));

    [Fact]
    public void Two_writers_of_one_stream_are_found() => Finds(
        "stream-use", Stages, "stages.PageContentChange.outputs.mediawiki.more.v1", "Stage PageChange writes the stream, too",
        () =>
        {
            _repository.Replace(Streams, "\"streams\": {", "\"streams\": { \"mediawiki.more.v1\": { \"schema_title\": \"mediawiki/page/change\" },");
            _repository.Replace(Stages, "\"outputs\": {", "\"outputs\": { \"mediawiki.more.v1\": \"/mediawiki/page/change/1.3.0\",");
        });

    [Fact]
    public void An_input_without_a_schema_is_found() => Finds(
        "schema", Streams, "streams.mediawiki.page-create.schema_title", "there is no schema 'mediawiki/page/create'",
        () => _repository.Replace(Streams, "\"mediawiki.page-create\": {\n      \"schema_title\": \"mediawiki/revision/create\"", "\"mediawiki.page-create\": {\n      \"schema_title\": \"mediawiki/page/create\""));

    [Fact]
    public void An_output_whose_schema_is_not_there_is_found() =>
        Finds("schema", Stages, "stages.PageChange.outputs.mediawiki.page_change.v1", "Add shared/jsonschema/mediawiki/page/change/1.4.0.json", () => _repository.Replace(Stages, "change.v1\": \"/mediawiki/page/change/1.3.0\"", "change.v1\": \"/mediawiki/page/change/1.4.0\""), more: true);

    [Fact]
    public void Errors_without_a_schema_are_found() =>
        Finds("schema", "shared/jsonschema/error/2.1.0.json", "", "What fails in stage PageChange is written by it", () => _repository.Delete("shared/jsonschema/error/2.1.0.json"), more: true);

    [Fact]
    public void An_error_stream_of_another_title_is_found() =>
        Finds("schema", Streams, "streams.PageChange.error.schema_title", "Set it to 'error'", () => _repository.Replace(Streams, "\"streams\": {", "\"streams\": { \"PageChange.error\": { \"schema_title\": \"mediawiki/page/change\" },"));

    [Fact]
    public void A_key_field_that_the_schema_does_not_have_is_found() =>
        Finds("schema", Streams, "streams.mediawiki.page_change.v1.message_key_fields", "The field 'page.page_ident' is not in /mediawiki/page/change/1.3.0", () => _repository.Replace(Streams, "\"page.page_id\"", "\"page.page_ident\""), more: true);

    [Fact]
    public void A_schema_whose_title_is_not_where_it_stands_is_found() =>
        Finds("schema-rules", PageChangeSchema, "/title", "title is string \"page/change\". Set it to 'mediawiki/page/change'", () => _repository.Replace(PageChangeSchema, "\"title\": \"mediawiki/page/change\"", "\"title\": \"page/change\""));

    [Fact]
    public void An_example_that_is_not_valid_is_found() =>
        Finds("schema-rules", PageChangeSchema, "/examples/0", "The example does not match the schema", () => _repository.Replace(PageChangeSchema, "\"changelog_kind\": \"update\"", "\"changelog_kind\": \"upsert\""), more: true);

    [Fact]
    public void A_version_that_breaks_readers_of_the_one_before_is_found() => Finds(
        "schema-rules", "shared/jsonschema/error/2.2.0.json", "/properties/message", "Take it back, or raise the major version",
        () => _repository.Write("shared/jsonschema/error/2.2.0.json", File.ReadAllText(Path.Combine(_repository.Root, "shared/jsonschema/error/2.1.0.json"))
            .Replace("/error/2.1.0", "/error/2.2.0", StringComparison.Ordinal).Replace("one sentence.\", \"type\": \"string\"", "one sentence.\", \"type\": \"string\", \"maxLength\": 9999", StringComparison.Ordinal)), more: true);

    [Fact]
    public void A_datacenter_that_does_not_exist_is_found() =>
        Finds("datacenter", Stages, "stages.PageChange.datacenters.active", "There is no datacenter 'esams'. Name one of infra/datacenters.json: eqiad, codfw.", () => _repository.Replace(Stages, "\"active\": \"eqiad\"", "\"active\": \"esams\""), more: true);

    [Fact]
    public void A_datacenter_that_nothing_reads_is_found() =>
        Finds("datacenter", Stages, "stages.PageChange.datacenters.active", "nobody reads 'active'", () => _repository.Replace(Stages, "active-passive", "active-active"), more: true);

    [Fact]
    public void A_compute_mode_that_nothing_reads_is_found() =>
        Finds("datacenter", Stages, "stages.PageChange.datacenters.compute", "only the mode active-active reads", () => _repository.Replace(Stages, "\"active\": \"eqiad\"", "\"active\": \"eqiad\", \"compute\": \"double\""), more: true);

    [Fact]
    public void A_standby_that_there_is_no_place_for_is_found() => Finds(
        "datacenter", Stages, "stages.PageChange.datacenters.mode", "eqiad is the only datacenter",
        () => _repository.Write("infra/datacenters.json", """{ "datacenters": { "eqiad": { "kafkaCluster": "main", "bootstrapServers": "kafka:9093" } } }"""), more: true);

    [Fact]
    public void A_standby_in_another_cluster_that_no_mirror_reaches_is_found() => Finds(
        "datacenter", Stages, "stages.PageContentChange.datacenters.mode",
        "between the clusters main-eqiad, main-codfw, and mediawiki.page_change.v1, mediawiki.page_content_change.v1 have no topic of each datacenter",
        () => _repository.Write("infra/datacenters.json", TwoClusters), more: true);

    [Fact]
    public void A_standby_in_another_cluster_with_mirrored_topics_is_none_of_that()
    {
        _repository.Write("infra/datacenters.json", TwoClusters);
        _repository.Replace(Streams, "\"schema_title\"", "\"topic_prefixes\": [\"eqiad.\", \"codfw.\"], \"schema_title\"");

        Assert.Empty(_repository.Lint());
    }

    [Fact]
    public void Datacenters_that_cannot_be_read_are_found() =>
        Finds("datacenter", "infra/datacenters.json", "", "it names at least one datacenter", () => _repository.Write("infra/datacenters.json", """{ "datacenters": {} }"""));

    [Fact]
    public void More_replicas_than_partitions_are_found() =>
        Finds("partitions", Stages, "stages.PageContentChange.scale.maxReplicas", "maxReplicas is 5, and its widest input topic has 4 partitions", () => _repository.Replace(Stages, "\"lagThreshold\": 2000,", "\"lagThreshold\": 2000, \"maxReplicas\": 5,"));

    [Fact]
    public void Replicas_that_always_run_without_a_partition_are_found() =>
        Finds("partitions", Stages, "stages.PageContentChange.scale.minReplicas", "minReplicas is 5, and its widest input topic has 4 partitions. Lower it.", () => _repository.Replace(Stages, "\"lagThreshold\": 2000,", "\"lagThreshold\": 2000, \"minReplicas\": 5,"));

    [Fact]
    public void Inputs_of_one_key_in_different_numbers_of_partitions_are_found() =>
        Finds("partitions", Streams, "streams.mediawiki.page-create.partitions", "events of one key would go to different replicas", () => _repository.Replace(Streams, "\"mediawiki.page-create\": {", "\"mediawiki.page-create\": { \"partitions\": 8,"));

    [Fact]
    public void More_replicas_than_the_widest_of_several_inputs_has_partitions_are_found() =>
        Finds("partitions", Stages, "stages.PageChange.scale.maxReplicas", "maxReplicas is 5, and its widest input topic has 4 partitions", () => _repository.Replace(Stages, "\"lagThreshold\": 20000", "\"lagThreshold\": 20000, \"maxReplicas\": 5"));

    [Fact]
    public void Manifests_that_are_not_what_would_be_written_are_found()
    {
        WriteManifests();
        Finds("manifests", "infra/keda/overlays/eqiad/page-change.yaml", "", "The file is different. Run `millrace manifests`", () => _repository.Replace("infra/keda/overlays/eqiad/page-change.yaml", "lagThreshold: \"20000\"", "lagThreshold: \"20001\""));
    }

    [Fact]
    public void Manifests_that_cannot_be_generated_are_found()
    {
        WriteManifests();
        Finds("manifests", "infra/keda", "", "autoOffsetReset is \"Middle\"; allowed is Earliest or Latest. Correct it", () => _repository.Write("host.json", """{ "extensions": { "kafka": { "autoOffsetReset": "Middle" } } }"""));
    }

    [Fact]
    public void Every_rule_has_a_test_that_breaks_it() => Assert.Equal(
        ["catalog", "class", "trigger", "settings", "store", "stream-use", "schema", "schema-rules", "datacenter", "partitions", "manifests"],
        LintRun.Checks.Select(check => check.Name));

    [Fact]
    public void The_command_tells_rule_file_key_and_remedy_and_ends_with_1()
    {
        _repository.Replace(Streams, "\"mediawiki.page-create\": {", "\"mediawiki.page-create\": { \"partitions\": 8,");

        var text = Run(_repository.Root);
        var json = Run(_repository.Root, "--json");

        Assert.Equal((1, 1), (text.ExitCode, json.ExitCode));
        Assert.StartsWith("partitions  functions/streams.json  streams.mediawiki.page-create.partitions  Stage PageChange reads it beside", text.Output, StringComparison.Ordinal);
        var finding = Assert.Single(JsonElement.Parse(json.Output).GetProperty("findings").EnumerateArray());
        Assert.Equal(["partitions", Streams, "streams.mediawiki.page-create.partitions"], new[] { "rule", "file", "key" }.Select(key => finding.GetProperty(key).GetString()));
        Assert.EndsWith("Give both the same number.", finding.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_finds_the_repository_from_a_directory_in_it() => Assert.Equal(0, Run(Path.Combine(_repository.Root, "shared", "jsonschema")).ExitCode);

    [Fact]
    public void A_directory_outside_of_any_repository_is_refused()
    {
        var run = Run(Path.GetTempPath());

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("is in no Millrace repository", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_repository_without_streams_is_refused()
    {
        _repository.Delete(Streams);

        Assert.Equal(2, Run(_repository.Root).ExitCode);
    }

    private void WriteManifests()
    {
        _repository.Write("host.json", "{}");
        new RepositoryManifests(_repository.Root).Write();
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var root = new RootCommand { LintCommand.Create() };
        var exitCode = root.Parse(["lint", .. arguments]).Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (exitCode, output.ToString(), error.ToString());
    }

    // What is wrong may be found by several rules, or in several places: then there is more than the one that is expected.
    private void Finds(string rule, string file, string key, string sentence, Action breaks, bool more = false)
    {
        breaks();
        var found = _repository.Lint();

        Assert.Contains(found, item => item.Rule == rule && item.Finding.File == file && item.Finding.Key.StartsWith(key, StringComparison.Ordinal) && item.Finding.Sentence.Contains(sentence, StringComparison.Ordinal));
        Assert.True(more || found.Count == 1, string.Join('\n', found));
    }

    private sealed class Stranger : Enrichment
    {
        protected override ValueTask<Outcome> EnrichAsync(Event input, CancellationToken cancellation) => new(Filter("stranger"));
    }

    private sealed class OrphanTrigger
    {
        [Function("Orphan")]
        public static void Run(
            [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:Orphan:Topics%", ConsumerGroup = "Orphan", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
            KafkaRecord[] records) => Assert.NotNull(records);
    }

    private sealed class SecondTrigger
    {
        [Function("PageContentChange")]
        public static void Run(
            [KafkaTrigger("%KAFKA_BOOTSTRAP_SERVERS%", "%Stages:PageContentChange:Topics%", ConsumerGroup = "PageContentChange", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary)]
            KafkaRecord[] records) => Assert.NotNull(records);
    }

    private sealed class WrongTrigger
    {
        [Function("PageContentChange")]
        public static void Run(
            [KafkaTrigger("localhost:9092", "mediawiki.page_change.v1", ConsumerGroup = "other", KeyDataType = KafkaMessageKeyType.Long)] KafkaRecord record) => Assert.NotNull(record);
    }
}
