using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Millrace.Core;

namespace Millrace.Hosting.Tests;

public sealed class TriggerSettingsTests : IDisposable
{
    private readonly TestApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public void One_topic_stands_as_it_is() => Assert.Equal("mediawiki.page-create", Topics(["mediawiki.page-create"]));

    [Fact]
    public void Several_topics_are_a_pattern_that_matches_them_and_nothing_else()
    {
        var pattern = Topics(["eqiad.mediawiki.page-create", "codfw.mediawiki.page-create"]);

        Assert.Equal(@"^(eqiad\.mediawiki\.page-create|codfw\.mediawiki\.page-create)$", pattern);
        Assert.All((string[])["eqiad.mediawiki.page-create", "codfw.mediawiki.page-create"], topic => Assert.Matches(pattern, topic));
        Assert.All(
            (string[])["eqiadXmediawiki.page-create", "eqiad.mediawiki.page-create2", "2codfw.mediawiki.page-create", "mediawiki.page-create"],
            topic => Assert.DoesNotMatch(new Regex(pattern), topic));
    }

    [Fact]
    public void Each_of_several_inputs_has_a_setting_of_its_own_and_so_have_replays()
    {
        var streams = StreamCatalog.Parse("""
            { "streams": { "a": { "schema_title": "a" }, "b": { "schema_title": "b", "topics": ["b1", "b2"] } } }
            """u8.ToArray());
        var catalog = StageCatalog.Parse("""{ "stages": { "S": { "inputs": ["a", "b"] } } }"""u8.ToArray(), streams);

        Assert.Equal(
            [KeyValuePair.Create("Stages:S:Topics:0", (string?)"a"), KeyValuePair.Create("Stages:S:Topics:1", (string?)"^(b1|b2)$"), KeyValuePair.Create("Stages:S:Replay", (string?)"S.replay")],
            TriggerSettings.For(catalog, new ConfigurationBuilder().Build()));
    }

    [Fact]
    public async Task An_app_has_the_topics_of_its_stages_among_its_settings()
    {
        Assert.Equal("in", await _app.StartedAsync(services => services.GetRequiredService<IConfiguration>()["Stages:Copy:Topics"]));
    }

    [Fact]
    public async Task Topics_that_are_set_win()
    {
        _app.Settings["Stages:Copy:Topics"] = "elsewhere";

        Assert.Equal("elsewhere", await _app.StartedAsync(services => services.GetRequiredService<IConfiguration>()["Stages:Copy:Topics"]));
    }

    [Fact]
    public async Task Topics_that_are_set_to_nothing_are_refused()
    {
        _app.Settings["Stages:Copy:Topics"] = "";

        Assert.Contains("Stages:Copy:Topics is ''", await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Topics_that_are_set_as_a_list_are_refused_rather_than_ignored()
    {
        _app.Settings["Stages:Copy:Topics:0"] = "elsewhere";

        Assert.Contains("The setting Stages:Copy:Topics:0 is 'elsewhere'; allowed is Stages:Copy:Topics, each a topic", await _app.RefusalAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("active-active", "single", "eqiad", "eqiad.in")]
    [InlineData("active-active", "single", "codfw", "codfw.in")]
    [InlineData("active-active", "double", "codfw", @"^(eqiad\.in|codfw\.in)$")]
    [InlineData("active-passive", "single", "codfw", @"^(eqiad\.in|codfw\.in)$")]
    [InlineData("single", "single", "codfw", @"^(eqiad\.in|codfw\.in)$")]
    [InlineData("active-active", "single", null, @"^(eqiad\.in|codfw\.in)$")]
    public void A_datacenter_reads_its_own_topics_where_each_event_is_worked_on_once_and_all_otherwise(string mode, string compute, string? datacenter, string topics) =>
        Assert.Equal(topics, InDatacenter(Catalog(Prefixed("in"), Stage(mode, compute)), datacenter));

    [Fact]
    public void A_stage_in_each_datacenter_is_refused_an_input_that_all_of_them_share()
    {
        var refusal = Assert.Throws<CatalogException>(() => InDatacenter(Catalog("\"in\": { \"schema_title\": \"t\" }", Stage("active-active", "single")), "codfw"));

        Assert.Contains("Stage S is active-active, and stream 'in', which is read by it, has no topic of datacenter 'codfw' but in:", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("work on everything twice", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("set Stages:S:Topics", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_in_each_datacenter_is_refused_an_output_that_all_of_them_share()
    {
        var catalog = Catalog(Prefixed("in") + ", \"out\": { \"schema_title\": \"t\" }", Stage("active-active", "double", """, "outputs": { "out": "/t/1.0.0" }"""));

        Assert.Contains("stream 'out', which is written by it", Assert.Throws<CatalogException>(() => InDatacenter(catalog, "codfw")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Topics_that_are_set_exempt_a_stage_from_having_its_own()
    {
        var catalog = Catalog("\"in\": { \"schema_title\": \"t\" }", Stage("active-active", "single"));
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Stages:S:Topics", "in")]).Build();

        Assert.Equal("Stages:S:Replay", Assert.Single(TriggerSettings.For(catalog, settings, "codfw")).Key);
    }

    [Fact]
    public void A_stage_behind_one_that_computes_in_each_datacenter_is_refused_to_read_all_topics()
    {
        var catalog = Catalog(
            $"{Prefixed("in")}, {Prefixed("out")}",
            Stage("active-active", "double", """, "outputs": { "out": "/t/1.0.0" }""") + """, "Next": { "inputs": ["out"], "datacenters": { "mode": "active-passive" } }""");

        Assert.StartsWith("Stage Next would read eqiad.out, codfw.out, each of which has all events of 'out', since S computes them in each datacenter",
            Assert.Throws<CatalogException>(() => InDatacenter(catalog, "codfw")).Message, StringComparison.Ordinal);
    }

    private static string Prefixed(string stream) => $$"""
        "{{stream}}": { "schema_title": "t", "topic_prefixes": ["eqiad.", "codfw."] }
        """;

    private static string Stage(string mode, string compute, string more = "") => $$"""
        "S": { "inputs": ["in"], "datacenters": { "mode": "{{mode}}", "compute": "{{compute}}" } {{more}} }
        """;

    private static StageCatalog Catalog(string streams, string stages) => StageCatalog.Parse(
        System.Text.Encoding.UTF8.GetBytes($$"""{ "stages": { {{stages}} } }"""),
        StreamCatalog.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{ "streams": { {{streams}} } }""")));

    private static string InDatacenter(StageCatalog catalog, string? datacenter) =>
        TriggerSettings.For(catalog, new ConfigurationBuilder().Build(), datacenter).ToDictionary()["Stages:S:Topics"]!;

    private static string Topics(string[] topics)
    {
        var list = string.Join(", ", topics.Select(topic => $"\"{topic}\""));
        var streams = StreamCatalog.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{ "streams": { "s": { "schema_title": "s", "topics": [{{list}}] } } }"""));
        var catalog = StageCatalog.Parse("""{ "stages": { "S": { "inputs": ["s"] } } }"""u8.ToArray(), streams);
        var setting = TriggerSettings.For(catalog, new ConfigurationBuilder().Build()).First();
        Assert.Equal("Stages:S:Topics", setting.Key);
        return Assert.IsType<string>(setting.Value);
    }
}
