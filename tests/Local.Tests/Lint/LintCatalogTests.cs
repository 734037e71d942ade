namespace Millrace.Local.Tests;

/// <summary>Entries of stages and streams that are wrong by themselves, or do not go together.</summary>
public sealed class LintCatalogTests : LintFixture
{
    [Fact]
    public void A_value_out_of_its_range_is_found() =>
        Finds("catalog", Stages, "stages.PageContentChange", "concurrency is 0; allowed is 1 to 10000", () => Repository.Replace(Stages, "\"concurrency\": 32", "\"concurrency\": 0"), more: true);

    [Fact]
    public void A_stream_that_does_not_exist_is_found() =>
        Finds("catalog", Stages, "stages.PageChange", "there is no stream 'mediawiki.nothing'", () => Repository.Replace(Stages, "\"mediawiki.page-create\"]", "\"mediawiki.nothing\"]"), more: true);

    [Fact]
    public void An_output_by_a_schema_of_another_title_is_found() =>
        Finds("catalog", Stages, "stages.PageChange", "the stream takes events of /mediawiki/page/change/<version>", () => Repository.Replace(Stages, "\"mediawiki.page_change.v1\": \"/mediawiki/page/change/1.3.0\"", "\"mediawiki.page_change.v1\": \"/page/change/1.0.0\""), more: true);

    [Fact]
    public void A_key_of_a_stream_that_is_unknown_is_found() =>
        Finds("catalog", Streams, "streams.mediawiki.page-create", "streams.json.streams.mediawiki.page-create.topik is unknown", () => Repository.Replace(Streams, "\"mediawiki.page-create\": {", "\"mediawiki.page-create\": { \"topik\": \"x\","), more: true);

    [Fact]
    public void Stages_that_feed_each_other_in_a_circle_are_found() =>
        Finds("catalog", Stages, "stages.PageContentChange", "feed each other in a circle", () => Repository.Replace(Stages, "\"inputs\": [\"mediawiki.revision-create\", \"mediawiki.page-create\"]", "\"inputs\": [\"mediawiki.page_content_change.v1\"]"), more: true);

    [Fact]
    public void A_file_that_is_no_JSON_is_found() => Finds("catalog", Streams, "", "The file cannot be read", () => Repository.Write(Streams, "{"), more: true);

    [Fact]
    public void A_section_that_nothing_reads_is_found() => Finds("catalog", Streams, "topics", "'topics' is unknown", () => Repository.Replace(Streams, "\"streams\": {", "\"topics\": {}, \"streams\": {"), more: true);

    [Fact]
    public void An_entry_that_two_files_have_is_found() => Finds(
        "catalog", "functions/PageChange/stage.json", "stages.PageChange", "'PageChange' is in functions/stages.json, too",
        () => Repository.Write("functions/PageChange/stage.json", """{ "stages": { "PageChange": { "inputs": ["mediawiki.page-create"] } } }"""));

    [Fact]
    public void One_mistake_does_not_hide_the_next()
    {
        Repository.Replace(Stages, "\"concurrency\": 32", "\"concurrency\": 0");
        Repository.Replace(Stages, "\"lagThreshold\": 20000", "\"lagThreshold\": 0");

        Assert.Equal(["stages.PageChange", "stages.PageContentChange"], Repository.Lint().Where(item => item.Rule == "catalog").Select(item => item.Finding.Key).Order());
    }

    [Fact]
    public void A_stream_that_no_stage_uses_is_found() =>
        Finds("stream-use", Streams, "streams.mediawiki.spare", "No stage reads or writes the stream", () => Repository.Replace(Streams, "\"streams\": {", "\"streams\": { \"mediawiki.spare\": { \"schema_title\": \"mediawiki/page/change\" },"));

    [Fact]
    public void Two_writers_of_one_stream_are_found() => Finds(
        "stream-use", Stages, "stages.PageContentChange.outputs.mediawiki.more.v1", "Stage PageChange writes the stream, too",
        () =>
        {
            Repository.Replace(Streams, "\"streams\": {", "\"streams\": { \"mediawiki.more.v1\": { \"schema_title\": \"mediawiki/page/change\" },");
            Repository.Replace(Stages, "\"outputs\": {", "\"outputs\": { \"mediawiki.more.v1\": \"/mediawiki/page/change/1.3.0\",");
        });

    [Fact]
    public void More_replicas_than_partitions_are_found() =>
        Finds("partitions", Stages, "stages.PageContentChange.scale.maxReplicas", "maxReplicas is 5, and its widest input topic has 4 partitions", () => Repository.Replace(Stages, "\"lagThreshold\": 2000,", "\"lagThreshold\": 2000, \"maxReplicas\": 5,"));

    [Fact]
    public void Replicas_that_always_run_without_a_partition_are_found() =>
        Finds("partitions", Stages, "stages.PageContentChange.scale.minReplicas", "minReplicas is 5, and its widest input topic has 4 partitions. Lower it.", () => Repository.Replace(Stages, "\"lagThreshold\": 2000,", "\"lagThreshold\": 2000, \"minReplicas\": 5,"));

    [Fact]
    public void Inputs_of_one_key_in_different_numbers_of_partitions_are_found() =>
        Finds("partitions", Streams, "streams.mediawiki.page-create.partitions", "events of one key would go to different replicas", () => Repository.Replace(Streams, "\"mediawiki.page-create\": {", "\"mediawiki.page-create\": { \"partitions\": 8,"));

    [Fact]
    public void More_replicas_than_the_widest_of_several_inputs_has_partitions_are_found() =>
        Finds("partitions", Stages, "stages.PageChange.scale.maxReplicas", "maxReplicas is 5, and its widest input topic has 4 partitions", () => Repository.Replace(Stages, "\"lagThreshold\": 20000", "\"lagThreshold\": 20000, \"maxReplicas\": 5"));
}
