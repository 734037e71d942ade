using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Millrace.Template.Tests;

/// <summary>What <c>dotnet new millrace-stage</c> makes is a stage like those that are there: nothing is left to edit before it runs.</summary>
[Collection(CreatedTests.Name)]
public sealed class TemplateTests(CreatedStages created)
{
    private static readonly string[] Created = ["PageSummary", "RevisionSite", "SummaryHTML", "EditSize"];

    [Fact]
    public void New_stages_build_without_a_warning() =>
        Assert.True(created.Built.ExitCode == 0 && created.Built.Output.Contains(" 0 Warning(s)", StringComparison.Ordinal), created.Built.Output);

    [Fact]
    public async Task Their_tests_pass_and_those_that_hold_for_every_stage()
    {
        var filter = string.Join('|', Created.Append("TriggerTests").Append("ProgramTests.Every").Select(name => $"FullyQualifiedName~{name}"));

        var run = (await created.TestAsync("tests/Functions.Tests", filter)).Good();

        // One of each stage; what holds for every trigger holds for each that there is.
        Assert.True(Regex.Match(run.Output, @"Passed!  - Failed: +0, Passed: +(\d+),") is { Success: true } passed && int.Parse(passed.Groups[1].Value, CultureInfo.InvariantCulture) >= 26, run.Output);
    }

    [Fact]
    public void The_build_writes_a_class_for_each_stage_that_is_only_an_entry_and_a_function_for_each_of_its_inputs()
    {
        created.Built.Good();
        var written = Directory.GetFiles(Path.Combine(created.Root, "functions", "obj", "Debug", "net10.0", "stages"), "*.g.cs").ToDictionary(file => Path.GetFileName(file), File.ReadAllText);

        string[] byHand = ["EditSize", "PageChange", "PageContentChange", "PageSummary", "RevisionSite", "SummaryHTML"];
        Assert.Equal(byHand.Select(stage => $"{stage}Replay.g.cs").Concat(["EditTopics.g.cs", "PagePrediction.g.cs", "PageState.g.cs"]).Order(), written.Keys.Order());
        Assert.Contains("[Function(\"EditTopics_1\")]", written["EditTopics.g.cs"], StringComparison.Ordinal);
        Assert.All(written.Where(file => file.Key != "PageState.g.cs"), file => Assert.Contains("_replay\")]", file.Value, StringComparison.Ordinal));
        Assert.Contains("class PageState : Millrace.Core.Connector", written["PageState.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void The_guides_stage_is_among_them_with_its_class_its_schema_and_its_fixtures() => Assert.Equal(
        [
            "functions/EditSize/EditSize.cs", "shared/jsonschema/mediawiki/edit_size/1.0.0.json", "functions/EditSize/fixtures/an-event/output.json",
            "functions/EditSize/fixtures/a-new-page/fixture.json", "functions/EditSize/fixtures/a-new-page/output.json",
            "functions/EditSize/fixtures/a-page-without-a-size/fixture.json", "functions/EditSize/fixtures/a-page-without-a-size/output.json",
        ],
        created.Written);

    [Fact]
    public async Task Their_fixtures_hold()
    {
        var run = (await created.MillraceAsync(["test", .. Created, "--json"])).Good();

        Assert.Equal(
            ["PageSummary/an-event", "RevisionSite/an-answer-that-is-no-json", "RevisionSite/an-event", "SummaryHTML/an-event", "EditSize/a-new-page", "EditSize/a-page-without-a-size", "EditSize/an-event"],
            JsonElement.Parse(run.Output).GetProperty("fixtures").EnumerateArray().Select(fixture => $"{fixture.GetProperty("stage").GetString()}/{fixture.GetProperty("case").GetString()}"));
    }

    [Fact]
    public async Task Lint_accepts_them_and_the_manifests_that_they_are_given()
    {
        (await created.MillraceAsync("manifests")).Good();
        var run = (await created.MillraceAsync("lint", "--json")).Good();

        Assert.Equal(9, JsonElement.Parse(run.Output).GetProperty("stages").GetInt32());
    }

    [Fact]
    public async Task Dev_runs_them()
    {
        var run = (await created.MillraceAsync("dev", "--predict", "--until-drained", "--rate", "500", "--timeout", "300", "--output", "out", "--json")).Good();

        var accounts = JsonElement.Parse(run.Output).GetProperty("stages").EnumerateArray().ToDictionary(stage => stage.GetProperty("stage").GetString()!);
        Assert.All(Created.Append("EditTopics"), name =>
        {
            var (taken, emitted) = (accounts[name].GetProperty("in").GetInt64(), accounts[name].GetProperty("emitted").GetInt64());
            Assert.True(taken > 0 && taken == emitted, $"{name} took {taken} and emitted {emitted} events.");
        });
        var looked = JsonElement.Parse(File.ReadLines(Path.Combine(created.Root, "out", "mediawiki.site_of_revision.v1.ndjson")).First());
        Assert.Equal(Path.GetFileNameWithoutExtension(looked.GetProperty("meta").GetProperty("domain").GetString()), looked.GetProperty("site_name").GetString());
        var sorted = JsonElement.Parse(File.ReadLines(Path.Combine(created.Root, "out", "mediawiki.edit_topics.v1.ndjson")).First());
        Assert.Equal("edittopics", sorted.GetProperty("topics").GetProperty("model").GetProperty("name").GetString());
    }
}
