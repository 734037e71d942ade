using System.Text.Json;
using Millrace.Core;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

public sealed class TailCommandTests : IDisposable
{
    private readonly ObservedCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task It_shows_what_is_committed_in_order()
    {
        using var done = _cluster.Transact("a", commit: true, (Output, 0, Event("1")), (Output, 0, Event("2")));
        using var aborted = _cluster.Transact("b", commit: false, (Output, 0, Event("3")));
        await _cluster.ProduceAsync(Output, 0, Event("4"));

        var run = await TailAsync(Output, "--from", "earliest", "--no-follow");

        Assert.Equal(["1", "2", "4"], run.Select(Id));
    }

    [Fact]
    public async Task It_ends_after_as_many_events_as_are_wanted()
    {
        await _cluster.ProduceAsync(Output, 0, Event("1"));
        await _cluster.ProduceAsync(Output, 0, Event("2"));

        Assert.Equal(["1"], (await TailAsync(Output, "--from", "earliest", "--count", "1")).Select(Id));
    }

    [Fact]
    public async Task It_begins_at_a_time()
    {
        await _cluster.ProduceAsync(Output, 0, Event("1"), second: 1);
        await _cluster.ProduceAsync(Output, 0, Event("2"), second: 2);

        Assert.Equal(["2"], (await TailAsync(Output, "--from", Iso8601.Format(Noon.AddSeconds(2)), "--no-follow")).Select(Id));
    }

    [Fact]
    public async Task Filters_of_one_path_are_alternatives_and_all_paths_have_to_match()
    {
        await _cluster.ProduceAsync(Output, 0, Event("1", "\"wiki\":\"a\",\"n\":1"));
        await _cluster.ProduceAsync(Output, 0, Event("2", "\"wiki\":\"b\",\"n\":1"));
        await _cluster.ProduceAsync(Output, 0, Event("3", "\"wiki\":\"b\",\"n\":2"));
        await _cluster.ProduceAsync(Output, 0, Event("4", "\"wiki\":\"c\",\"n\":1"));

        Assert.Equal(["1", "2"], (await TailAsync(Output, "--from", "earliest", "--no-follow", "--filter", "wiki:a", "--filter", "wiki:b", "--filter", "n:1")).Select(Id));
    }

    [Fact]
    public async Task A_line_of_JSON_has_position_time_headers_and_event()
    {
        await _cluster.ProduceAsync(Output, 1, Event("1"), second: 3, Trace('a'));

        var line = Assert.Single(await TailAsync(Output, "--from", "earliest", "--no-follow"));

        Assert.Equal(
            $$$$"""{"topic":"{{{{Output}}}}","partition":1,"offset":0,"timestamp":"2026-01-31T12:00:03.000Z","key":null,"headers":[{"name":"traceparent","value":"00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-1111111111111111-00"}],"event":{"meta":{"id":"1"}}}""",
            line.GetRawText());
    }

    [Fact]
    public async Task What_is_no_JSON_is_a_string_and_a_tombstone_is_null()
    {
        await _cluster.ProduceAsync(Output, 0, "{ \u001b[2J");
        await _cluster.ProduceAsync(Output, 0, null);

        var lines = await TailAsync(Output, "--from", "earliest", "--no-follow");

        Assert.Equal("{ \u001b[2J", lines[0].GetProperty("value").GetString());
        Assert.Equal(JsonValueKind.Null, lines[1].GetProperty("event").ValueKind);
    }

    [Fact]
    public async Task What_would_steer_a_terminal_is_shown_and_not_done()
    {
        await _cluster.ProduceAsync(Output, 0, "a\u001b[2Jb\nc\u009bd");

        var run = await _cluster.RunAsync(TailCommand.Create(), Output, "--from", "earliest", "--no-follow");

        Assert.Equal($"2026-01-31T12:00:00.000Z {Output}/0/0 a\uFFFD[2Jb\uFFFDc\uFFFDd\n", run.Output);
    }

    [Theory]
    [InlineData("There is no stream 'nothing'; the catalog has ", "nothing")]
    [InlineData("--no-follow is set, and --from is not", Output, "--no-follow")]
    [InlineData("--filter is 'x'; allowed is PATH:VALUE", Output, "--filter", "x")]
    [InlineData("--from is 'later'; allowed is a time", Output, "--from", "later")]
    public async Task What_cannot_be_used_is_exit_code_2(string problem, params string[] arguments)
    {
        var run = await _cluster.RunAsync(TailCommand.Create(), arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_is_said()
    {
        using var bare = new ObservedCluster(withTopics: false);

        var run = await bare.RunAsync(TailCommand.Create(), Output);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"has no topic {Output}.", run.Error, StringComparison.Ordinal);
    }

    private static string? Id(JsonElement line) => line.GetProperty("event").GetProperty("meta").GetProperty("id").GetString();

    private async Task<List<JsonElement>> TailAsync(params string[] arguments)
    {
        var run = await _cluster.RunAsync(TailCommand.Create(), [.. arguments, "--json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }
}
