using System.Text.Json;
using Millrace.Core;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

public sealed class TraceCommandTests : IDisposable
{
    private const string Asked = "8c0e6c1e-6a53-4d0e-9b35-0d5b0c9d3f11";

    private readonly ObservedCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task An_event_is_followed_through_all_stages_to_its_error()
    {
        var (change, error) = await FillAsync();

        var run = await _cluster.RunAsync(TraceCommand.Create(), Asked, "--from", "earliest");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal($"""
            mediawiki.revision-create/1/1  2026-01-31T12:00:00.000Z  {Asked}  ← this
              PageChange: emitted
                mediawiki.page_change.v1/0/0  2026-01-31T12:00:00.000Z  {change}
                  PageContentChange: failed
                    PageContentChange.error/0/0  2026-01-31T12:00:00.000Z  {error}  timeout: too slow
            """, string.Join('\n', run.Output.Split('\n')[..5]));
    }

    [Fact]
    public async Task From_the_end_of_its_way_the_same_is_found()
    {
        var (_, error) = await FillAsync();

        var (_, output) = await _cluster.RunJsonAsync(TraceCommand.Create(), error, "--from", "earliest");

        var root = Assert.Single(output.GetProperty("roots").EnumerateArray());
        var last = Only(Only(root));
        Assert.Equal((Asked, false, error, true, "timeout"), (
            root.GetProperty("id").GetString(), root.GetProperty("asked").GetBoolean(), last.GetProperty("id").GetString(), last.GetProperty("asked").GetBoolean(), last.GetProperty("error_type").GetString()));
    }

    [Theory]
    [InlineData(null, "waiting")]
    [InlineData(1, "waiting")]
    [InlineData(2, "settled")]
    public async Task An_event_without_outputs_waits_until_the_checkpoint_is_behind_it(int? checkpoint, string result)
    {
        await _cluster.ProduceAsync(Input, 0, Event("other"));
        await _cluster.ProduceAsync(Input, 0, Event(Asked));
        if (checkpoint is { } offset)
        {
            _cluster.Commit("PageChange.checkpoint", Input, 0, offset);
        }

        var (_, output) = await _cluster.RunJsonAsync(TraceCommand.Create(), Asked, "--from", "earliest");

        Assert.Equal(result, output.GetProperty("roots")[0].GetProperty("stages")[0].GetProperty("result").GetString());
    }

    [Fact]
    public async Task What_was_made_of_a_copy_of_a_mirror_is_found_by_the_offset_of_the_original()
    {
        await _cluster.ProduceAsync(Input, 0, Event(Asked), 0, RecordOrigin.Header(41));
        var made = EventIds.Of("PageChange", new StreamPosition(Input, 0, 41));
        await _cluster.ProduceAsync(Output, 1, Event(made));

        var (_, output) = await _cluster.RunJsonAsync(TraceCommand.Create(), made, "--from", "earliest");

        Assert.Equal(made, Only(output.GetProperty("roots")[0]).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Repetitions_are_shown_as_such()
    {
        var input = await _cluster.ProduceAsync(Input, 0, Event(Asked));
        await _cluster.ProduceAsync(Output, 0, Event(EventIds.Of("PageChange", input)));
        await _cluster.ProduceAsync(Output, 0, Event(EventIds.Of("PageChange", input)));

        var (_, output) = await _cluster.RunJsonAsync(TraceCommand.Create(), Asked, "--from", "earliest");

        Assert.Equal([0L, 1], output.GetProperty("roots")[0].GetProperty("stages")[0].GetProperty("events").EnumerateArray().Select(made => made.GetProperty("offset").GetInt64()));
    }

    [Fact]
    public async Task What_other_programs_have_made_in_the_same_trace_is_listed()
    {
        await _cluster.ProduceAsync(Input, 0, Event(Asked), 0, Trace('a'));
        await _cluster.ProduceAsync(Last, 0, Event("theirs"), 0, Trace('a'));
        await _cluster.ProduceAsync(Last, 0, Event("another"), 0, Trace('b'));

        var (_, output) = await _cluster.RunJsonAsync(TraceCommand.Create(), Asked, "--from", "earliest");

        Assert.Equal("theirs", Assert.Single(output.GetProperty("same_trace").EnumerateArray()).GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("--from", "2026-01-31T12:00:01Z")]
    [InlineData("--from", "earliest", "--to", "2026-01-31T12:00:00Z")]
    [InlineData]
    public async Task What_is_not_in_the_time_that_is_looked_at_is_exit_code_1(params string[] bounds)
    {
        await _cluster.ProduceAsync(Input, 0, Event(Asked));

        var run = await _cluster.RunAsync(TraceCommand.Create(), [Asked, .. bounds]);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"No event with the id '{Asked}' in 0 records.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_id_that_very_many_events_have_some_are_shown_and_it_says_so()
    {
        using var done = _cluster.Transact("many", commit: true, [.. Enumerable.Repeat((Output, 0, Event(Asked)), 600)]);

        var (_, output) = await _cluster.RunJsonAsync(TraceCommand.Create(), Asked, "--from", "earliest");

        Assert.Equal((500, false), (output.GetProperty("roots").GetArrayLength(), output.GetProperty("complete").GetBoolean()));
    }

    [Fact]
    public async Task What_is_no_event_is_passed_over()
    {
        foreach (var value in (string?[])["{", "[]", "5", null, """{"meta":{"id":7}}""", """{"meta":{"id":"\ud800"}}"""])
        {
            await _cluster.ProduceAsync(Input, 0, value);
        }

        await _cluster.ProduceAsync(Input, 0, Event("no UUID"));

        var (exitCode, output) = await _cluster.RunJsonAsync(TraceCommand.Create(), "no UUID", "--from", "earliest");

        Assert.Equal((0, 6, "no UUID"), (exitCode, output.GetProperty("roots")[0].GetProperty("offset").GetInt64(), output.GetProperty("roots")[0].GetProperty("id").GetString()));
    }

    private static JsonElement Only(JsonElement node) => Assert.Single(node.GetProperty("stages").EnumerateArray().SelectMany(stage => stage.GetProperty("events").EnumerateArray()));

    private async Task<(string Change, string Error)> FillAsync()
    {
        await _cluster.ProduceAsync(Input, 1, Event("other"));
        var input = await _cluster.ProduceAsync(Input, 1, Event(Asked));
        var change = await _cluster.ProduceAsync(Output, 0, Event(EventIds.Of("PageChange", input)));
        await _cluster.ProduceAsync("PageContentChange.error", 0, Error(change, "timeout", "too slow", stage: "PageContentChange"));
        return (EventIds.Of("PageChange", input), EventIds.Of("PageContentChange.error", change));
    }
}
