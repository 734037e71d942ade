using System.Text.Json;
using Millrace.Core;
using Millrace.Local.Tests;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Console.Tests;

/// <summary>What failed: the list, one of them, and where an event went.</summary>
public sealed class ErrorApiTests
{
    private static readonly StreamPosition First = new(Input, 0, 7);
    private static readonly StreamPosition Second = new("mediawiki.page-create", 1, 8);
    private static readonly StreamPosition Third = new(Output, 0, 9);

    [Theory]
    [InlineData("789", "")]
    [InlineData("7", "?type=malformed_json")]
    [InlineData("79", "?type=malformed_json,timeout")]
    [InlineData("9", "?stage=PageContentChange")]
    [InlineData("8", "?stream=mediawiki.page-create")]
    [InlineData("7", "?text=%3CNEEDLE%3E")]
    [InlineData("89", "?from=2026-01-31T12:00:02Z")]
    [InlineData("7", "?to=2026-01-31T12:00:02Z")]
    [InlineData("", "?type=malformed_json&stage=PageContentChange")]
    public async Task The_list_is_searched_by_type_stage_stream_text_and_time(string offsets, string query)
    {
        await using var console = await FilledAsync();

        var list = await console.OkAsync($"api/errors{query}");

        Assert.Equal(offsets, string.Concat(list.GetProperty("events").EnumerateArray().Select(failed => failed.GetProperty("source").GetString()!.Split('/')[^1]).Order()));
        Assert.Equal((offsets.Length, true), (list.GetProperty("matching").GetInt32(), list.GetProperty("complete").GetBoolean()));
    }

    [Fact]
    public async Task The_newest_stand_first()
    {
        await using var console = await ObservedConsole.StartAsync();
        foreach (var minute in (int[])[2, 3, 1])
        {
            await console.Cluster.ProduceAsync(Errors, minute % 2, Error(new StreamPosition(Input, 0, minute)).Replace("12:00:00", $"12:0{minute}:00", StringComparison.Ordinal));
        }

        var list = await console.OkAsync("api/errors?count=2");

        Assert.Equal(["2026-01-31T12:03:00.000Z", "2026-01-31T12:02:00.000Z"], list.GetProperty("events").EnumerateArray().Select(failed => failed.GetProperty("time").GetString()));
    }

    [Fact]
    public async Task Those_that_are_not_listed_are_counted_by_kind()
    {
        await using var console = await FilledAsync();

        var list = await console.OkAsync("api/errors?count=1");

        Assert.Equal((1, 3), (list.GetProperty("events").GetArrayLength(), list.GetProperty("matching").GetInt32()));
        Assert.Equal(["invalid_event", "malformed_json", "timeout"], list.GetProperty("types").EnumerateArray().Select(type => type.GetProperty("type").GetString()).Order());
    }

    [Theory]
    [InlineData("?count=501", "count is '501'; allowed is 0 to 500.")]
    [InlineData("?count=-1", "count is '-1'")]
    [InlineData("?stage=Nope", "--stage is 'Nope'; the catalog has")]
    [InlineData("?from=yesterday", "from is 'yesterday'; allowed is a time such as")]
    public async Task What_cannot_be_used_is_told(string query, string detail)
    {
        await using var console = await ObservedConsole.StartAsync();

        var (status, problem) = await console.GetAsync($"api/errors{query}");

        Assert.Equal(400, status);
        Assert.StartsWith(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PageChange.error/0/0")]
    [InlineData("PageChange.error%2F0%2F0")]
    [InlineData("id")]
    public async Task One_is_opened_by_its_position_and_by_its_id(string name)
    {
        await using var console = await FilledAsync();

        var failed = await console.OkAsync($"api/errors/{(name == "id" ? EventIds.Of("PageChange.error", First) : name)}");

        Assert.Equal(("malformed_json", "no JSON", "mediawiki.revision-create/0/7"), (failed.GetProperty("type").GetString(), failed.GetProperty("message").GetString(), failed.GetProperty("source").GetString()));
        Assert.Equal(("{ <Needle> \u001b[2J", JsonValueKind.Null), (failed.GetProperty("rawEvent").GetString(), failed.GetProperty("cut").ValueKind));
    }

    [Theory]
    [InlineData("PageChange.error/0/99")]
    [InlineData("nothing")]
    [InlineData("mediawiki.revision-create/0/0")]
    public async Task What_is_no_error_event_is_not_found(string name)
    {
        await using var console = await FilledAsync();
        await console.Cluster.ProduceAsync(Input, 0, "{}");

        Assert.Equal(404, (await console.GetAsync($"api/errors/{name}")).Status);
    }

    [Fact]
    public async Task Of_a_large_input_there_is_the_beginning_and_its_size()
    {
        await using var console = await ObservedConsole.StartAsync();
        var raw = new string('x', (1024 * 1024) + 5);
        await console.ProduceAsync(Errors, System.Text.Encoding.UTF8.GetBytes(Error(First, raw: raw)));

        var failed = await console.OkAsync("api/errors/PageChange.error/0/0");

        Assert.Equal((1024 * 1024, raw.Length), (failed.GetProperty("rawEvent").GetString()!.Length, failed.GetProperty("cut").GetInt32()));
    }

    [Fact]
    public async Task A_trace_shows_where_an_event_came_from_and_what_stages_made_of_it()
    {
        await using var console = await ObservedConsole.StartAsync();
        var source = await console.Cluster.ProduceAsync(Input, 0, Event("the-first"));
        var made = EventIds.Of("PageChange", source);
        await console.Cluster.ProduceAsync(Output, 0, Event(made));

        var trace = await console.OkAsync($"api/trace/{made}?from=2026-01-31T00:00:00Z");

        Assert.True(trace.GetProperty("found").GetBoolean());
        var root = Assert.Single(trace.GetProperty("roots").EnumerateArray());
        Assert.Equal("the-first", root.GetProperty("id").GetString());
        var stage = root.GetProperty("stages").EnumerateArray().Single(stage => stage.GetProperty("stage").GetString() == "PageChange");
        Assert.Equal(("emitted", made, true), (stage.GetProperty("result").GetString(), stage.GetProperty("events")[0].GetProperty("id").GetString(), stage.GetProperty("events")[0].GetProperty("asked").GetBoolean()));
    }

    [Fact]
    public async Task An_event_that_is_not_there_is_told_as_such()
    {
        await using var console = await ObservedConsole.StartAsync();

        var trace = await console.OkAsync("api/trace/nothing");
        var (tooLong, _) = await console.GetAsync($"api/trace/{new string('x', 257)}");
        var (none, _) = await console.GetAsync("api/trace/");

        Assert.Equal((false, 0, 400, 400), (trace.GetProperty("found").GetBoolean(), trace.GetProperty("roots").GetArrayLength(), tooLong, none));
    }

    private static async Task<ObservedConsole> FilledAsync()
    {
        var console = await ObservedConsole.StartAsync();
        await console.Cluster.ProduceAsync(Errors, 0, Error(First, "malformed_json", "no JSON", "{ <Needle> \u001b[2J"), second: 1);
        await console.Cluster.ProduceAsync(Errors, 1, Error(Second, raw: """{"page_id":null}"""), second: 2);
        await console.Cluster.ProduceAsync("PageContentChange.error", 0, Error(Third, "timeout", "too slow", stage: "PageContentChange"), second: 3);
        return console;
    }
}
