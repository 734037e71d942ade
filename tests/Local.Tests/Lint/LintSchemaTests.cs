namespace Millrace.Local.Tests;

/// <summary>Schemas that stages need and cannot use.</summary>
public sealed class LintSchemaTests : LintFixture
{
    private const string PageChangeSchema = "shared/jsonschema/mediawiki/page/change/1.3.0.json";

    [Fact]
    public void An_input_without_a_schema_is_found() => Finds(
        "schema", Streams, "streams.mediawiki.page-create.schema_title", "there is no schema 'mediawiki/page/create'",
        () => Repository.Replace(Streams, "\"mediawiki.page-create\": {\n      \"schema_title\": \"mediawiki/revision/create\"", "\"mediawiki.page-create\": {\n      \"schema_title\": \"mediawiki/page/create\""));

    [Fact]
    public void An_output_whose_schema_is_not_there_is_found() =>
        Finds("schema", Stages, "stages.PageChange.outputs.mediawiki.page_change.v1", "Add shared/jsonschema/mediawiki/page/change/1.4.0.json", () => Repository.Replace(Stages, "change.v1\": \"/mediawiki/page/change/1.3.0\"", "change.v1\": \"/mediawiki/page/change/1.4.0\""), more: true);

    [Fact]
    public void Errors_without_a_schema_are_found() =>
        Finds("schema", "shared/jsonschema/error/2.1.0.json", "", "What fails in stage PageChange is written by it", () => Repository.Delete("shared/jsonschema/error/2.1.0.json"), more: true);

    [Fact]
    public void An_error_stream_of_another_title_is_found() =>
        Finds("schema", Streams, "streams.PageChange.error.schema_title", "Set it to 'error'", () => Repository.Replace(Streams, "\"streams\": {", "\"streams\": { \"PageChange.error\": { \"schema_title\": \"mediawiki/page/change\" },"));

    [Fact]
    public void A_key_field_that_the_schema_does_not_have_is_found() =>
        Finds("schema", Streams, "streams.mediawiki.page_change.v1.message_key_fields", "The field 'page.page_ident' is not in /mediawiki/page/change/1.3.0", () => Repository.Replace(Streams, "\"page.page_id\"", "\"page.page_ident\""), more: true);

    [Fact]
    public void A_schema_whose_title_is_not_where_it_stands_is_found() =>
        Finds("schema-rules", PageChangeSchema, "/title", "title is string \"page/change\". Set it to 'mediawiki/page/change'", () => Repository.Replace(PageChangeSchema, "\"title\": \"mediawiki/page/change\"", "\"title\": \"page/change\""));

    [Fact]
    public void An_example_that_is_not_valid_is_found() =>
        Finds("schema-rules", PageChangeSchema, "/examples/0", "The example does not match the schema", () => Repository.Replace(PageChangeSchema, "\"changelog_kind\": \"update\"", "\"changelog_kind\": \"upsert\""), more: true);

    [Fact]
    public void A_version_that_breaks_readers_of_the_one_before_is_found() => Finds(
        "schema-rules", "shared/jsonschema/error/2.2.0.json", "/properties/message", "Take it back, or raise the major version",
        () => Repository.Write("shared/jsonschema/error/2.2.0.json", File.ReadAllText(Path.Combine(Repository.Root, "shared/jsonschema/error/2.1.0.json"))
            .Replace("/error/2.1.0", "/error/2.2.0", StringComparison.Ordinal).Replace("one sentence.\", \"type\": \"string\"", "one sentence.\", \"type\": \"string\", \"maxLength\": 9999", StringComparison.Ordinal)), more: true);
}
