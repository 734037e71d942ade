using Microsoft.Extensions.DependencyInjection;
using Millrace.Core;

namespace Millrace.Hosting.Tests;

/// <summary>What is wrong with catalogs, schemas and wiring is said before anything starts.</summary>
public sealed class StartCheckTests : IDisposable
{
    private readonly TestApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task An_app_with_nothing_wrong_starts()
    {
        Assert.Equal("Copy", await _app.StartedAsync(services => Assert.Single(services.GetServices<StageRunner>()).Stage.Name));
        Assert.True(_app.Listens);
    }

    [Theory]
    [InlineData("stages.json")]
    [InlineData("streams.json")]
    public async Task A_missing_catalog_is_named_with_its_place_and_the_setting_of_that(string file)
    {
        File.Delete(Path.Combine(_app.Directory, file));

        Says(await _app.RefusalAsync(), Path.Combine(_app.Directory, file), "Millrace:Catalog");
    }

    [Fact]
    public async Task A_catalog_that_is_no_JSON_is_named()
    {
        _app.Write("stages.json", "{");

        Says(await _app.RefusalAsync(), "stages.json is no JSON");
    }

    [Fact]
    public async Task A_stage_of_the_catalog_without_a_class_is_named()
    {
        _app.Write("stages.json", """
            { "stages": { "Copy": { "inputs": ["in"] }, "Other": { "inputs": ["in"] } } }
            """);

        Says(await _app.RefusalAsync(), "'Other'", "it has Copy");
    }

    [Fact]
    public async Task An_app_without_any_class_says_that_it_has_none()
    {
        _app.Stages = _ => { };

        Says(await _app.RefusalAsync(), "'Copy'", "it has none");
    }

    [Fact]
    public async Task A_class_that_the_catalog_does_not_have_is_named()
    {
        _app.Stages = app => app.AddStage<Copy>().AddStage<Stranger>();

        Says(await _app.RefusalAsync(), "'Stranger'", "it has Copy");
    }

    [Fact]
    public async Task An_output_schema_that_no_repository_has_is_named_with_the_stage_and_the_places()
    {
        File.Delete(Path.Combine(_app.Directory, "schemas/out/1.0.0.json"));

        Says(await _app.RefusalAsync(), "Stage Copy", "out", "/out/1.0.0", Path.Combine(_app.Directory, "schemas"), "Millrace:Schemas");
    }

    [Fact]
    public async Task A_missing_schema_of_error_events_is_named()
    {
        File.Delete(Path.Combine(_app.Directory, "schemas/error/2.1.0.json"));

        Says(await _app.RefusalAsync(), "Stage Copy", "Copy.error", "/error/2.1.0", "Millrace:Schemas");
    }

    [Fact]
    public async Task An_output_schema_that_cannot_be_used_is_named()
    {
        _app.Write("schemas/out/1.0.0.json", """{ "title": "out", "type": "thing" }""");

        Says(await _app.RefusalAsync(), "Stage Copy", "/out/1.0.0", "thing");
    }

    [Fact]
    public async Task Schemas_in_a_directory_that_does_not_exist_are_named_by_their_setting()
    {
        _app.Settings["Millrace:Schemas:0"] = "/no/such/place";

        Says(await _app.RefusalAsync(), "Millrace:Schemas", "/no/such/place");
    }

    [Fact]
    public async Task Schemas_at_an_address_that_is_none_are_named_by_their_setting()
    {
        _app.Settings["Millrace:Schemas:0"] = "ftp://schemas.example";

        Says(await _app.RefusalAsync(), "Millrace:Schemas", "ftp://schemas.example");
    }

    [Fact]
    public async Task The_first_repository_that_has_a_schema_wins()
    {
        _app.Write("more/out/1.0.0.json", """{ "title": "out", "type": "thing" }""");
        _app.Settings["Millrace:Schemas:1"] = Path.Combine(_app.Directory, "more");

        await _app.StartedAsync(services => services);
    }

    [Fact]
    public async Task A_setting_for_a_stage_that_does_not_exist_is_named()
    {
        _app.Settings["Stages:Kopy:Options:Concurrency"] = "1";

        Says(await _app.RefusalAsync(), "Stages:Kopy", "it has Copy");
    }

    [Fact]
    public async Task What_a_stage_takes_and_nobody_registered_is_refused_before_anything_starts()
    {
        _app.Stages = app => app.AddStage<Copy>();
        _app.Services = services => services.AddSingleton<ISink>(_ => throw new CatalogException("The sink cannot be made."));

        Says(await _app.RefusalAsync(), "The sink cannot be made.");
    }

    [Theory]
    [InlineData(null, "not set")]
    [InlineData("esams", "'esams'")]
    public async Task An_output_with_a_topic_per_datacenter_needs_to_know_the_datacenter(string? datacenter, string shown)
    {
        _app.Write("streams.json", """
            { "streams": { "in": { "schema_title": "in" }, "out": { "schema_title": "out", "topic_prefixes": ["eqiad.", "codfw."] } } }
            """);
        _app.Settings["Millrace:Datacenter"] = datacenter;
        if (datacenter is null)
        {
            _app.Settings.Remove("Millrace:Datacenter");
        }

        Says(await _app.RefusalAsync(), "'out'", "eqiad.out, codfw.out", shown, "Millrace:Datacenter");
    }

    [Fact]
    public async Task An_error_stream_with_a_topic_per_datacenter_needs_to_know_the_datacenter()
    {
        _app.Write("streams.json", """
            { "streams": { "in": { "schema_title": "in" }, "out": { "schema_title": "out" }, "Copy.error": { "schema_title": "error", "topic_prefixes": ["eqiad.", "codfw."] } } }
            """);

        Says(await _app.RefusalAsync(), "'Copy.error'", "Millrace:Datacenter");
    }

    [Fact]
    public async Task With_its_datacenter_known_an_app_with_topic_prefixes_starts()
    {
        _app.Write("streams.json", """
            { "streams": { "in": { "schema_title": "in" }, "out": { "schema_title": "out", "topic_prefixes": ["eqiad.", "codfw."] } } }
            """);
        _app.Settings["Millrace:Datacenter"] = "codfw";

        await _app.StartedAsync(services => services);
    }

    private static void Says(string refusal, params string[] parts) => Assert.All(parts, part => Assert.Contains(part, refusal, StringComparison.Ordinal));
}
