using System.Text.Json;

namespace Millrace.Local.Tests;

/// <summary><c>millrace test</c> on fixtures of its own.</summary>
public sealed class TestCommandTests : IDisposable
{
    private readonly FixtureRepository _repository = new();

    public TestCommandTests() => _repository.Write("functions/PageChange/fixtures/an-edit/fixture.json", """{ "example": {}, "compare": "named" }""");

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task What_holds_is_exit_code_0()
    {
        _repository.Write("functions/PageChange/fixtures/an-edit/output.json", """[{ "page_change_kind": "edit" }]""");

        var run = await RunAsync();

        Assert.Equal(("PageChange/an-edit holds.\n1 of 1 fixture holds. Without any: PageContentChange, PagePrediction.\n", 0), (run.Output, run.ExitCode));
    }

    [Fact]
    public async Task What_does_not_hold_is_exit_code_1_with_every_difference()
    {
        _repository.Write("functions/PageChange/fixtures/an-edit/output.json", """[{ "page_change_kind": "create", "wiki_id": "dewiki" }]""");

        var (exitCode, output) = await Verb.RunJsonAsync(TestCommand.Create(), "--repository", _repository.Root);

        Assert.Equal(1, exitCode);
        var fixture = Assert.Single(output.GetProperty("fixtures").EnumerateArray());
        Assert.False(fixture.GetProperty("holds").GetBoolean());
        Assert.Equal(
            [("output 1 .page_change_kind", "\"create\"", "\"edit\""), ("output 1 .wiki_id", "\"dewiki\"", "\"examplewiki\"")],
            fixture.GetProperty("differences").EnumerateArray().Select(difference => (difference.GetProperty("path").GetString(), difference.GetProperty("expected").GetString(), difference.GetProperty("got").GetString())));
    }

    [Fact]
    public async Task Update_makes_it_hold()
    {
        _repository.Write("functions/PageChange/fixtures/an-edit/output.json", """[{ "page_change_kind": "create" }]""");

        var first = await RunAsync("--update");
        var second = await RunAsync();

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains("PageChange/an-edit is updated: 1 difference.", first.Output, StringComparison.Ordinal);
        Assert.Equal("edit", JsonElement.Parse(_repository.Read("functions/PageChange/fixtures/an-edit/output.json"))[0].GetProperty("page_change_kind").GetString());
    }

    [Fact]
    public async Task A_lookup_without_an_answer_is_exit_code_1_and_nothing_is_updated()
    {
        _repository.Write("functions/PageContentChange/fixtures/a-change/fixture.json", """{ "example": {}, "settings": { "lookup": { "allowedHosts": ["wiki.example.org"] } } }""");

        var run = await RunAsync("PageContentChange", "--update");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"There is no answer to {FixtureRepository.Request}. Record it with `millrace test PageContentChange/a-change --record`", run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_repository.Root, "functions/PageContentChange/fixtures/a-change/output.json")));
    }

    [Fact]
    public async Task Recording_asks_once_and_what_it_keeps_is_the_answer_from_then_on()
    {
        var settings = "";
        await using (var wiki = await WikiApi.StartAsync(new WikiApiOptions { Latency = TimeSpan.Zero, LatencyJitter = TimeSpan.Zero }, TimeProvider.System))
        {
            settings = $$"""{ "example": {}, "settings": { "apiTemplate": "{{wiki.BaseAddress}}{domain}/w/api.php", "lookup": { "allowedHosts": ["127.0.0.1"] } } }""";
            _repository.Write("functions/PageContentChange/fixtures/a-change/fixture.json", settings);
            Assert.Equal(0, (await RunAsync("PageContentChange", "--record", "--update")).ExitCode);
            Assert.Equal(0, (await RunAsync("PageContentChange", "--record")).ExitCode);
            Assert.Equal(1, wiki.Requests);
        }

        var run = await RunAsync("PageContentChange/a-change");

        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("127.0.0.1", JsonElement.Parse(_repository.Read("functions/PageContentChange/fixtures/a-change/lookups/1.json")).GetProperty("request").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no stage 'PageSummary'; there is PageChange, PageContentChange", "PageSummary")]
    [InlineData("PageChange has no fixture 'a-move'; it has an-edit.", "PageChange/a-move")]
    [InlineData("PageContentChange has no fixtures; functions/PageContentChange/fixtures/CASE would be one.", "PageContentChange")]
    public async Task A_name_that_is_none_is_exit_code_2(string problem, string name)
    {
        var run = await RunAsync(name);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"millrace: {problem}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fixture_that_cannot_be_used_is_exit_code_2_and_the_others_are_run()
    {
        _repository.Write("functions/PageChange/fixtures/an-edit/output.json", """[{ "page_change_kind": "edit" }]""");
        _repository.Write("functions/PageChange/fixtures/broken/fixture.json", "[");

        var run = await RunAsync();

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("PageChange/an-edit holds.\nPageChange/broken cannot be used: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("fixture.json cannot be read", run.Output, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => Verb.RunAsync(TestCommand.Create(), [.. arguments, "--repository", _repository.Root]);
}
