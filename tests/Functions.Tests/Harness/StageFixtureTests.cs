using System.Text.Json.Nodes;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Functions.Tests;

/// <summary>Fixtures run the app's own stages: what holds, what does not, and what they say then.</summary>
public sealed class StageFixtureTests : IDisposable
{
    private const string Wikis = """{ "example": {}, "settings": { "lookup": { "allowedHosts": ["wiki.example.org"] } } }""";

    private readonly FixtureDirectory _edit = new();
    private readonly FixtureDirectory _content = new FixtureDirectory(nameof(PageContentChange)).Write("fixture.json", Wikis);

    public void Dispose()
    {
        _edit.Dispose();
        _content.Dispose();
    }

    [Fact]
    public async Task What_is_accepted_holds_in_every_run()
    {
        Assert.False((await _edit.RunAsync()).Holds);

        await _edit.AcceptAsync();

        Assert.True((await _edit.RunAsync()).Holds);
        var written = JsonNode.Parse(_edit.Read("output.json"))![0]!;
        Assert.Equal("2026-01-31T12:00:00.000Z", (string?)written["meta"]!["dt"]);
    }

    [Fact]
    public async Task The_time_is_the_fixtures()
    {
        _edit.Write("fixture.json", """{ "example": {}, "time": "2027-02-03T04:05:06Z" }""");

        Assert.Equal("2027-02-03T04:05:06.000Z", Assert.Single((await _edit.RunAsync()).Got).GetProperty("meta").GetProperty("dt").GetString());
    }

    [Fact]
    public async Task A_difference_names_the_place_what_was_expected_and_what_there_is()
    {
        await _edit.AcceptAsync();
        _edit.Write("output.json", _edit.Read("output.json").Replace("\"rev_id\": 42", "\"rev_id\": 43", StringComparison.Ordinal));

        var result = await _edit.RunAsync();

        Assert.Equal(new JsonDifference("output 1 .revision.rev_id", "43", "42"), Assert.Single(result.Differences));
        Assert.Contains("\n  output 1 .revision.rev_id\n    expected 43\n    got      42\n", result.ToString(), StringComparison.Ordinal);
        Assert.Contains("--update", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_too_many_and_one_too_few_are_differences()
    {
        await _edit.AcceptAsync();
        var one = JsonNode.Parse(_edit.Read("output.json"))![0]!;

        _edit.Write("output.json", new JsonArray(one.DeepClone(), one.DeepClone()).ToJsonString());
        var few = Assert.Single((await _edit.RunAsync()).Differences);
        _edit.Write("output.json", "[]");
        var many = Assert.Single((await _edit.RunAsync()).Differences);

        Assert.Equal(("output 2", true, null), (few.Path, few.Expected is not null, few.Got));
        Assert.Equal(("output 1", null, true), (many.Path, many.Expected, many.Got is not null));
    }

    [Fact]
    public async Task Fields_that_are_not_named_do_not_count_where_named_ones_do_alone_and_stay_out_of_what_is_accepted()
    {
        _edit.Write("fixture.json", """{ "example": {}, "compare": "named" }""").Write("output.json", """[{ "wiki_id": "?", "page": { "page_id": 17 } }]""");
        Assert.Equal("output 1 .wiki_id", Assert.Single((await _edit.RunAsync()).Differences).Path);

        await _edit.AcceptAsync();

        Assert.True((await _edit.RunAsync()).Holds);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""[{ "wiki_id": "examplewiki", "page": { "page_id": 17 } }]"""), JsonNode.Parse(_edit.Read("output.json"))));
    }

    [Fact]
    public async Task Lookups_are_answered_from_files()
    {
        _content.Write("lookups/revision.json", FixtureDirectory.Answer);

        var emitted = Assert.Single((await _content.RunAsync()).Got);

        Assert.Equal("words", emitted.GetProperty("revision").GetProperty("content_slots").GetProperty("main").GetProperty("content_body").GetString());
    }

    [Fact]
    public async Task A_lookup_without_an_answer_is_named_with_what_to_do_even_where_its_error_is_expected()
    {
        await _content.AcceptAsync();

        var result = await _content.RunAsync();

        Assert.Empty(result.Differences);
        Assert.Equal([FixtureDirectory.Request], result.Missed);
        Assert.False(result.Holds);
        Assert.Contains($"There is no answer to {FixtureDirectory.Request}. Record it with `millrace test PageContentChange/", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_nobody_asks_for_is_a_difference()
    {
        await _edit.AcceptAsync();
        _edit.Write("lookups/revision.json", FixtureDirectory.Answer);

        Assert.Equal(new JsonDifference("lookups/revision.json", $"the lookup {FixtureDirectory.Request}", null), Assert.Single((await _edit.RunAsync()).Differences));
    }

    [Fact]
    public async Task Pauses_between_attempts_pass_on_the_clock_alone()
    {
        var unavailable = $$"""{ "request": "{{FixtureDirectory.Request}}", "answers": [{ "status": 503, "headers": { "Retry-After": "20" } }, { "body": {{ScriptedWiki.Text("words")}} }] }""";
        _content.Write("lookups/revision.json", unavailable);

        var emitted = Assert.Single((await _content.RunAsync()).Got);

        Assert.Equal("2026-01-31T12:00:20.000Z", emitted.GetProperty("meta").GetProperty("dt").GetString());
    }

    [Fact]
    public async Task Filtered_and_failed_events_are_told_without_what_depends_on_the_machine()
    {
        var example = Examples.Of(Repositories.Catalog.Get(nameof(PageChange)).Inputs[0]);
        File.Delete(Path.Combine(_edit.Place, "fixture.json"));
        _edit.Write("input.ndjson", example.Replace("wiki.example.org\"", "canary\"", StringComparison.Ordinal) + "\n{broken\n");

        var got = (await _edit.RunAsync()).Got;

        Assert.Equal("""{"filtered":"canary"}""", got[0].GetRawText());
        Assert.Equal(("malformed_json", "{broken"), (got[1].GetProperty("error_type").GetString(), got[1].GetProperty("raw_event").GetString()));
        Assert.DoesNotContain(got[1].EnumerateObject(), field => field.Name == "stack");
    }

    [Theory]
    [InlineData("fixture.json", """{ "times": 1 }""", "fixture.json: 'times' is unknown; allowed are time, settings")]
    [InlineData("fixture.json", """{ "time": "noon" }""", "fixture.json: time is \"noon\"; allowed is a time")]
    [InlineData("fixture.json", """{ "compare": "some" }""", "fixture.json: compare is \"some\"; allowed is \"all\", or \"named\"")]
    [InlineData("fixture.json", """{}""", "has neither input.json nor input.ndjson")]
    [InlineData("fixture.json", """[""", "fixture.json cannot be read")]
    [InlineData("input.json", """{}""", "has input.json, and fixture.json asks for an example; allowed is one of them.")]
    [InlineData("output.json", """[""", "output.json cannot be read")]
    [InlineData("lookups/one.json", """{ "request": "GET" }""", "request is 'GET'; allowed is a method and an address")]
    [InlineData("lookups/one.json", """{ "request": "GET https://a.example/", "code": 200 }""", "'code' is unknown; allowed are request, sent, status, headers, body.")]
    [InlineData("lookups/one.json", """{ "request": "GET https://a.example/", "status": 99 }""", "status is 99; allowed is 100 to 599.")]
    public async Task What_cannot_be_used_is_refused_by_name(string file, string content, string problem)
    {
        _edit.Write(file, content);

        var refusal = await Assert.ThrowsAsync<FixtureException>(_edit.RunAsync);

        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_that_the_stage_does_not_have_is_refused()
    {
        _edit.Write("fixture.json", """{ "example": {}, "settings": { "newpages2": "x" } }""");

        Assert.Contains("Stages:PageChange:Settings:newpages2 is unknown", (await Assert.ThrowsAsync<CatalogException>(_edit.RunAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stage_without_fixtures_is_not_taken_for_one_whose_fixtures_hold()
    {
        var refusal = await Assert.ThrowsAsync<FixtureException>(() => StageFixtures.CheckAsync(Program.Build, nameof(ToLake)));

        Assert.StartsWith("ToLake has no fixtures: functions/ToLake/fixtures has a directory for each case.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stage_that_the_app_does_not_have_is_refused()
    {
        using var unknown = new FixtureDirectory("PageSumary");

        Assert.StartsWith("The app has no stage 'PageSumary'; it has PageChange, PageContentChange", (await Assert.ThrowsAsync<FixtureException>(unknown.RunAsync)).Message, StringComparison.Ordinal);
    }
}
