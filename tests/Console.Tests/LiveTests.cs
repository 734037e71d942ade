using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Millrace.Core;
using Millrace.Local;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Console.Tests;

/// <summary>What the pages see move.</summary>
public sealed class LiveTests
{
    [Fact]
    public async Task The_graph_has_streams_stages_and_errors()
    {
        await using var console = await ObservedConsole.StartAsync();

        var graph = await console.OkAsync("api/graph");

        var nodes = graph.GetProperty("nodes").EnumerateArray().Select(node => (node.GetProperty("kind").GetString(), node.GetProperty("name").GetString())).ToList();
        Assert.Contains(("stream", Input), nodes);
        Assert.Contains(("stage", "PageChange"), nodes);
        Assert.Contains(("errors", Errors), nodes);
        Assert.Contains(graph.GetProperty("edges").EnumerateArray(), edge => edge.GetProperty("from").GetString() == $"Stream:{Input}" && edge.GetProperty("to").GetString() == "Stage:PageChange");
    }

    [Fact]
    public async Task The_first_look_comes_at_once_with_history_and_rates_and_lag_move_with_what_comes()
    {
        await using var console = await ObservedConsole.StartAsync();
        var looks = console.EventsAsync("api/live").GetAsyncEnumerator();
        await looks.MoveNextAsync();
        var first = looks.Current.Data;
        await console.Cluster.ProduceAsync(Input, 0, "{}");
        await console.Cluster.ProduceAsync(Input, 1, "{}");

        // That a record came may be seen a look before it counts as waiting.
        var (second, stageMoved, streamMoved) = (first, false, false);
        while ((Stage(second).GetProperty("lag").GetInt64(), Stream(second).GetProperty("events").GetInt64()) != (2, 2))
        {
            await looks.MoveNextAsync();
            second = looks.Current.Data;
            stageMoved |= Stage(second).GetProperty("inPerSecond").GetDouble() > 0;
            streamMoved |= Stream(second).GetProperty("perSecond").GetDouble() > 0;
        }

        await looks.DisposeAsync();

        Assert.Equal("ok", first.GetProperty("state").GetString());
        Assert.Equal(1, first.GetProperty("history").GetArrayLength());
        Assert.Equal((0, JsonValueKind.Null, "idle"), (Stage(first).GetProperty("lag").GetInt64(), Stage(first).GetProperty("inPerSecond").ValueKind, Stage(first).GetProperty("state").GetString()));
        Assert.Equal("stopped", Stage(second).GetProperty("state").GetString());
        Assert.True(stageMoved && streamMoved);
        Assert.Equal(JsonValueKind.Null, second.GetProperty("history").ValueKind);
    }

    [Fact]
    public async Task Replicas_are_those_that_KEDAs_formula_asks_for()
    {
        await using var console = await ObservedConsole.StartAsync();
        await console.Cluster.ProduceAsync(Input, 0, "{}");

        var stage = Stage(await console.FirstAsync("api/live", "status", _ => true));

        Assert.Equal((0, 1, 2), (stage.GetProperty("replicas").GetInt32(), stage.GetProperty("desiredReplicas").GetInt32(), stage.GetProperty("maxReplicas").GetInt32()));
    }

    [Fact]
    public async Task Errors_are_counted_beside_the_looks_and_anew_when_there_are_more()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var console = await ObservedConsole.StartAsync(new ConsoleOptions { Time = clock });
        await console.Cluster.ProduceAsync(Errors, 0, Error(new StreamPosition(Input, 0, 1)));
        await Eventually.IsTrueAsync(async () => await CountAsync() == 1);

        await console.Cluster.ProduceAsync(Errors, 1, Error(new StreamPosition(Input, 0, 2)));

        await Eventually.IsTrueAsync(async () => await CountAsync() == 2);

        async Task<long?> CountAsync()
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await console.OkAsync("api/stages/PageChange");
            var errors = (await console.OkAsync("api/stages/PageChange")).GetProperty("status").GetProperty("errors");
            return errors.ValueKind == JsonValueKind.Null ? null : errors.GetProperty("events").GetInt64();
        }
    }

    [Fact]
    public async Task All_who_watch_share_one_look_and_nobody_looks_where_nobody_watches()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var console = await ObservedConsole.StartAsync(new ConsoleOptions { Time = clock });
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, console.Server.App.Watch.Looks);

        var viewers = Enumerable.Range(0, 5).Select(_ => console.EventsAsync("api/live").GetAsyncEnumerator()).ToList();
        await Task.WhenAll(viewers.Select(viewer => viewer.MoveNextAsync().AsTask()));
        Assert.Equal((1, 5), (console.Server.App.Watch.Looks, console.Server.App.Watch.Viewers));
        foreach (var viewer in viewers)
        {
            await viewer.DisposeAsync();
        }

        await Eventually.IsTrueAsync(() => console.Server.App.Watch.Viewers == 0);
        clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, console.Server.App.Watch.Looks);
    }

    [Fact]
    public async Task Who_comes_when_there_are_too_many_is_told_to_come_again()
    {
        await using var console = await ObservedConsole.StartAsync();
        var viewers = Enumerable.Range(0, ClusterWatch.MostViewers).Select(_ => console.EventsAsync("api/live").GetAsyncEnumerator()).ToList();
        await Task.WhenAll(viewers.Select(viewer => viewer.MoveNextAsync().AsTask()));

        var (status, problem) = await console.GetAsync("api/live");
        await viewers[0].DisposeAsync();

        Assert.Equal((503, "Too much at a time"), (status, problem.GetProperty("title").GetString()));
        await Eventually.IsTrueAsync(() => console.Server.App.Watch.Viewers < ClusterWatch.MostViewers);
        await console.FirstAsync("api/live", "status", _ => true);
        foreach (var viewer in viewers)
        {
            await viewer.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_broker_that_goes_away_is_told_with_what_was_seen_last_and_comes_back()
    {
        await using var console = await ObservedConsole.StartAsync();
        await console.Cluster.ProduceAsync(Input, 0, "{}");
        var looks = console.EventsAsync("api/live").GetAsyncEnumerator();
        await looks.MoveNextAsync();

        await console.Cluster.Broker.DownAsync();
        var away = await NextAsync("unreachable");
        var (errors, problem) = await console.GetAsync("api/errors");
        var stage = await console.OkAsync("api/stages/PageChange");
        console.Cluster.Broker.Up();
        var back = await NextAsync("ok");
        await looks.DisposeAsync();

        Assert.Contains("does not answer", away.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, Stage(away).GetProperty("lag").GetInt64());
        Assert.True(away.GetProperty("seenAt").GetDateTimeOffset() < away.GetProperty("at").GetDateTimeOffset());
        Assert.Equal((503, "Kafka does not answer", "unreachable"), (errors, problem.GetProperty("title").GetString(), stage.GetProperty("state").GetString()));
        Assert.Equal(JsonValueKind.Null, back.GetProperty("reason").ValueKind);

        async Task<JsonElement> NextAsync(string state)
        {
            do
            {
                Assert.True(await looks.MoveNextAsync());
            }
            while (looks.Current.Data.GetProperty("state").GetString() != state);

            return looks.Current.Data;
        }
    }

    [Fact]
    public async Task A_console_that_ends_ends_the_pages_streams()
    {
        var console = await ObservedConsole.StartAsync();
        var looks = console.EventsAsync("api/live").GetAsyncEnumerator();
        await looks.MoveNextAsync();

        await console.DisposeAsync();

        Assert.False(await looks.MoveNextAsync());
        await looks.DisposeAsync();
    }

    private static JsonElement Stage(JsonElement look) => look.GetProperty("stages").EnumerateArray().Single(stage => stage.GetProperty("stage").GetString() == "PageChange");

    private static JsonElement Stream(JsonElement look) => look.GetProperty("streams").EnumerateArray().Single(stream => stream.GetProperty("stream").GetString() == Input);
}
