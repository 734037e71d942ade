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
    public void Each_of_several_inputs_has_a_setting_of_its_own()
    {
        var streams = StreamCatalog.Parse("""
            { "streams": { "a": { "schema_title": "a" }, "b": { "schema_title": "b", "topics": ["b1", "b2"] } } }
            """u8.ToArray());
        var catalog = StageCatalog.Parse("""{ "stages": { "S": { "inputs": ["a", "b"] } } }"""u8.ToArray(), streams);

        Assert.Equal(
            [KeyValuePair.Create("Stages:S:Topics:0", (string?)"a"), KeyValuePair.Create("Stages:S:Topics:1", (string?)"^(b1|b2)$")],
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

    private static string Topics(string[] topics)
    {
        var list = string.Join(", ", topics.Select(topic => $"\"{topic}\""));
        var streams = StreamCatalog.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{ "streams": { "s": { "schema_title": "s", "topics": [{{list}}] } } }"""));
        var catalog = StageCatalog.Parse("""{ "stages": { "S": { "inputs": ["s"] } } }"""u8.ToArray(), streams);
        var setting = TriggerSettings.For(catalog, new ConfigurationBuilder().Build()).Single();
        Assert.Equal("Stages:S:Topics", setting.Key);
        return Assert.IsType<string>(setting.Value);
    }
}
