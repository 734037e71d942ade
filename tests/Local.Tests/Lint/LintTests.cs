using System.Text.Json;

namespace Millrace.Local.Tests;

/// <summary>A repository that agrees with itself, and the command that says so.</summary>
public sealed class LintTests : LintFixture
{
    [Fact]
    public void The_apps_own_catalog_agrees_with_all_else() => Assert.Empty(Repository.Lint());

    [Fact]
    public void TheRepository_agrees_with_itself()
    {
        var run = Run(AppContext.BaseDirectory);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    [Fact]
    public void Every_rule_has_a_test_that_breaks_it() => Assert.Equal(
        ["catalog", "class", "trigger", "settings", "store", "lookup", "stream-use", "schema", "schema-rules", "datacenter", "partitions", "manifests"],
        LintRun.Checks.Select(check => check.Name));

    [Fact]
    public void The_command_tells_rule_file_key_and_remedy_and_ends_with_1()
    {
        Repository.Replace(Streams, "\"mediawiki.page-create\": {", "\"mediawiki.page-create\": { \"partitions\": 8,");

        var text = Run(Repository.Root);
        var json = Run(Repository.Root, "--json");

        Assert.Equal((1, 1), (text.ExitCode, json.ExitCode));
        Assert.StartsWith("partitions  functions/streams.json  streams.mediawiki.page-create.partitions  Stage PageChange reads it beside", text.Output, StringComparison.Ordinal);
        var finding = Assert.Single(JsonElement.Parse(json.Output).GetProperty("findings").EnumerateArray());
        Assert.Equal(["partitions", Streams, "streams.mediawiki.page-create.partitions"], new[] { "rule", "file", "key" }.Select(key => finding.GetProperty(key).GetString()));
        Assert.EndsWith("Give both the same number.", finding.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_finds_theRepository_from_a_directory_in_it() => Assert.Equal(0, Run(Path.Combine(Repository.Root, "shared", "jsonschema")).ExitCode);

    [Fact]
    public void A_directory_outside_of_anyRepository_is_refused()
    {
        var run = Run(Path.GetTempPath());

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("is in no Millrace repository", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ARepository_without_streams_is_refused()
    {
        Repository.Delete(Streams);

        Assert.Equal(2, Run(Repository.Root).ExitCode);
    }
}
