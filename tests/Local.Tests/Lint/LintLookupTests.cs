namespace Millrace.Local.Tests;

/// <summary>Lookups of the catalog, which their OpenAPI documents and schemas do not bear out.</summary>
public sealed class LintLookupTests : LintFixture
{
    [Fact]
    public void A_lookup_whose_operation_is_not_in_its_document_is_found() => Finds(
        "lookup", "functions/PagePrediction/model.openapi.json", "/paths", "There is no operation 'guess'; there is predict.",
        () => Repository.Replace("functions/PagePrediction/stage.json", "\"operation\": \"predict\"", "\"operation\": \"guess\""));

    [Fact]
    public void A_lookup_that_binds_a_field_of_another_type_is_found() => Finds(
        "lookup", "functions/PagePrediction/stage.json", "stages.PagePrediction.lookup.parameters.rev_id", "'/page/page_title' is string, and integer is allowed",
        () => Repository.Replace("functions/PagePrediction/stage.json", "\"revision.rev_id\"", "\"page.page_title\""));

    [Fact]
    public void A_lookup_or_connector_that_is_newer_than_the_command_is_found_once() => Finds(
        "class", Stages, "stages.PageState", "Build it again; the build writes the class.",
        () => Repository.Replace(Stages, "\"stages\": {", "\"stages\": { \"PageState\": { \"connector\": \"postgres\", \"inputs\": [\"mediawiki.page_change.v1\"] },"), more: true);
}
