using System.Text;
using System.Text.Json;

namespace Millrace.Local.Tests;

/// <summary><c>millrace try</c>: what it shows of one event.</summary>
public sealed class TryCommandTests : IDisposable
{
    private static readonly string[] Pipeline = ["Telemetry", "Retry", "Decode", "CanaryFilter", "AttemptTimeout", "Encode", "Stage"];

    private readonly FixtureRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task It_shows_steps_lookups_outcome_and_what_would_be_written_where()
    {
        var (exitCode, run) = await TryAsync(FixtureRepository.Change(), FixtureRepository.Answer);

        Assert.Equal((0, "emitted"), (exitCode, run.GetProperty("outcome").GetString()));
        Assert.Equal(Pipeline, run.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()));
        Assert.All(run.GetProperty("steps").EnumerateArray(), step => Assert.True(step.GetProperty("milliseconds").GetDouble() >= 0));
        Assert.True(run.GetProperty("steps").EnumerateArray().Sum(step => step.GetProperty("milliseconds").GetDouble()) <= run.GetProperty("milliseconds").GetDouble());
        var lookup = Assert.Single(run.GetProperty("lookups").EnumerateArray());
        Assert.StartsWith("200 OK, ", lookup.GetProperty("answer").GetString(), StringComparison.Ordinal);
        var written = Assert.Single(run.GetProperty("writes").EnumerateArray());
        Assert.Equal(("mediawiki.page_content_change.v1", """{"wiki_id":"examplewiki","page_id":17}"""), (written.GetProperty("topic").GetString(), written.GetProperty("key").GetString()));
        Assert.Equal("words", written.GetProperty("value").GetProperty("revision").GetProperty("content_slots").GetProperty("main").GetProperty("content_body").GetString());
    }

    [Fact]
    public async Task For_people_it_says_the_same()
    {
        var run = await Verb.RunAsync(TryCommand.Create(), Arguments(FixtureRepository.Change(), FixtureRepository.Answer));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All((string[])["PageContentChange: mediawiki.page_change.v1, ", "Decode", "parses, and checks by the schema", "lookup", "200 OK", "Would be written:", "to mediawiki.page_content_change.v1, key {", "\"content_body\": \"words\""],
            part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_that_fails_is_exit_code_1_with_its_error_and_its_error_event()
    {
        var (exitCode, run) = await TryAsync(FixtureRepository.Change(change => change["revision"]!["rev_id"] = "42"), FixtureRepository.Answer);

        Assert.Equal((1, "failed"), (exitCode, run.GetProperty("outcome").GetString()));
        Assert.Contains("rev_id", run.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(["Telemetry", "Retry", "Decode"], run.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()));
        Assert.Equal("PageContentChange.error", Assert.Single(run.GetProperty("writes").EnumerateArray()).GetProperty("topic").GetString());
    }

    [Fact]
    public async Task A_canary_goes_no_further_than_its_filter_and_nothing_would_be_written()
    {
        var (exitCode, run) = await TryAsync(FixtureRepository.Change(change => change["meta"]!["domain"] = "canary"), FixtureRepository.Answer);

        Assert.Equal((0, "filtered", "canary"), (exitCode, run.GetProperty("outcome").GetString(), run.GetProperty("reason").GetString()));
        Assert.Equal("CanaryFilter", run.GetProperty("steps").EnumerateArray().Last().GetProperty("name").GetString());
        Assert.Empty(run.GetProperty("writes").EnumerateArray());
    }

    [Fact]
    public async Task An_attempt_that_is_repeated_shows_each_time()
    {
        var answers = $$"""{ "request": "{{FixtureRepository.Request}}", "answers": [{ "status": 503 }, { "body": { "query": { "pages": [{ "revisions": [{ "slots": { "main": { "content": "words" } } }] }] } } }] }""";

        var (exitCode, run) = await TryAsync(FixtureRepository.Change(), answers, "--setting", "Stages:PageContentChange:Settings:Lookup:BaseDelay=00:00:00.001");

        Assert.Equal(0, exitCode);
        Assert.Equal(["503", "200"], run.GetProperty("lookups").EnumerateArray().Select(lookup => lookup.GetProperty("answer").GetString()![..3]));
    }

    [Fact]
    public async Task A_lookup_without_an_answer_is_named()
    {
        var (exitCode, run) = await TryAsync(FixtureRepository.Change(), null);

        Assert.Equal((1, FixtureRepository.Request), (exitCode, Assert.Single(run.GetProperty("missed").EnumerateArray()).GetString()));
    }

    [Fact]
    public async Task Without_answers_lookups_are_really_made()
    {
        await using var wiki = await WikiApi.StartAsync(new WikiApiOptions { Latency = TimeSpan.Zero, LatencyJitter = TimeSpan.Zero }, TimeProvider.System);

        var (exitCode, run) = await Verb.RunJsonAsync(TryCommand.Create(), "PageContentChange", "--event", _repository.Write("event.json", FixtureRepository.Change()),
            "--setting", $"Stages:PageContentChange:Settings:ApiTemplate={wiki.BaseAddress}{{domain}}/w/api.php", "--setting", "Stages:PageContentChange:Settings:Lookup:AllowedHosts:0=127.0.0.1");

        Assert.Equal((0, 1), (exitCode, wiki.Requests));
        Assert.StartsWith($"GET {wiki.BaseAddress}wiki.example.org/", Assert.Single(run.GetProperty("lookups").EnumerateArray()).GetProperty("request").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_event_may_come_from_standard_input()
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes("{broken\n"));

        var (exitCode, run) = await Verb.RunJsonAsync(TryCommand.Create(input), "PageChange", "--event", "-");

        Assert.Equal((1, "malformed_json"), (exitCode, run.GetProperty("error").GetProperty("type").GetString()));
        Assert.Equal("{broken", Assert.Single(run.GetProperty("writes").EnumerateArray()).GetProperty("value").GetProperty("raw_event").GetString());
    }

    [Theory]
    [InlineData("--event is 'nothing.json', which is no file; - is standard input.", "PageChange", "--event", "nothing.json")]
    [InlineData("--event is '-', which is empty.", "PageChange", "--event", "-")]
    [InlineData("The app has no stage 'PageSummary'; it has PageChange, PageContentChange", "PageSummary", "--event", "EVENT")]
    [InlineData("--setting is 'Concurrency'; allowed is NAME=VALUE.", "PageChange", "--event", "EVENT", "--setting", "Concurrency")]
    [InlineData("Concurrency", "PageChange", "--event", "EVENT", "--setting", "Stages:PageChange:Options:Concurrency=0")]
    [InlineData("--answers is 'nowhere', which is no directory.", "PageChange", "--event", "EVENT", "--answers", "nowhere")]
    public async Task What_cannot_be_used_is_exit_code_2(string problem, params string[] arguments)
    {
        var file = _repository.Write("event.json", "{}");

        var run = await Verb.RunAsync(TryCommand.Create(Stream.Null), [.. arguments.Select(argument => argument == "EVENT" ? file : argument)]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, JsonElement Output)> TryAsync(string change, string? answer, params string[] further) => Verb.RunJsonAsync(TryCommand.Create(), [.. Arguments(change, answer), .. further]);

    private string[] Arguments(string change, string? answer)
    {
        var lookups = Path.Combine(_repository.Root, "lookups");
        Directory.CreateDirectory(lookups);
        if (answer is not null)
        {
            _repository.Write("lookups/revision.json", answer);
        }

        return ["PageContentChange", "--event", _repository.Write("event.json", change), "--answers", lookups, "--setting", FixtureRepository.Allowed];
    }
}
