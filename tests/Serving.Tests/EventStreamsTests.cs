using System.Text;
using System.Text.Json;
using Confluent.Kafka;

namespace Millrace.Serving.Tests;

/// <summary>What is served, and from where on: over HTTP, read by the platform's own client.</summary>
public sealed class EventStreamsTests
{
    [Fact]
    public async Task Events_come_with_their_own_bytes_and_an_id_that_says_where_each_partition_is()
    {
        await using var app = await ServingApp.StartAsync();
        await app.ProduceAsync(0, 1, 2);

        var events = await ServingApp.ReadAsync(app.At("?since=0"), 3);

        Assert.All(events, item => Assert.Equal(ServingApp.Event(ServingApp.Number(item)), item.Data));
        Assert.All(events, item => Assert.Equal("message", item.EventType));
        var id = JsonElement.Parse(events[^1].Id!);
        Assert.Equal([0, 1, 2], id.EnumerateArray().Select(entry => entry.GetProperty("partition").GetInt32()));
        Assert.All(id.EnumerateArray(), entry =>
        {
            Assert.Equal((ServingApp.Stream, 1), (entry.GetProperty("topic").GetString(), entry.GetProperty("offset").GetInt64()));
            Assert.Equal(ServingApp.Second(entry.GetProperty("partition").GetInt32()).ToUnixTimeMilliseconds(), entry.GetProperty("timestamp").GetInt64());
        });
    }

    [Fact]
    public async Task A_client_that_is_cut_off_anywhere_misses_nothing_and_has_nothing_twice()
    {
        const int Count = 600;
        await using var app = await ServingApp.StartAsync();
        var producing = Task.Run(async () =>
        {
            for (var number = 0; number < Count; number += 60)
            {
                await app.ProduceAsync([.. Enumerable.Range(number, 60)]);
            }
        });
        using var connections = new CuttingConnections();

        var events = await ServingApp.ReadAsync(app.At("?since=0"), Count, handler: connections);

        await producing;
        Assert.True(connections.Cuts > 3, $"There were {connections.Cuts} cuts.");
        Assert.Equal(Enumerable.Range(0, Count), events.Select(ServingApp.Number).Order());
        foreach (var partition in events.Select(ServingApp.Number).GroupBy(number => number % 3))
        {
            Assert.Equal(partition.Order(), partition);
        }
    }

    [Fact]
    public async Task Without_a_place_to_begin_a_client_has_what_comes_and_with_a_time_what_came_since()
    {
        await using var app = await ServingApp.StartAsync();
        await app.ProduceAsync(Enumerable.Range(0, 30).Select(ServingApp.Event));
        var live = ServingApp.ReadAsync(app.At(), 3);
        await ServingApp.UntilAsync(() => app.Server.Connections == 1);
        var since = await ServingApp.ReadAsync(app.At($"?since={Core.Iso8601.Format(ServingApp.Second(12))}"), 18);

        // The live one has its place by then, or gets these as well.
        var later = 100;
        while (!live.IsCompleted)
        {
            await app.ProduceAsync([later++, later++, later++]);
            await Task.WhenAny(live, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None));
        }

        Assert.Equal(Enumerable.Range(12, 18), since.Select(ServingApp.Number).Order());
        Assert.All(await live, item => Assert.InRange(ServingApp.Number(item), 100, later));
    }

    [Fact]
    public async Task A_client_goes_on_by_time_where_the_cluster_is_another()
    {
        await using var here = await ServingApp.StartAsync();
        await using var there = await ServingApp.StartAsync();
        await there.ProduceAsync(Enumerable.Range(0, 50).Select(_ => (byte[]?)null), firstSecond: -1_000);
        await here.ProduceAsync(Enumerable.Range(0, 30).Select(ServingApp.Event));
        await there.ProduceAsync(Enumerable.Range(0, 60).Select(ServingApp.Event));
        var seen = await ServingApp.ReadAsync(here.At("?since=0"), 30);

        var rest = await ServingApp.ReadAsync(there.At(), 33, seen[^1].Id);

        // The last of each partition comes again: others may have been of the same millisecond.
        Assert.Equal(Enumerable.Range(27, 33), rest.Select(ServingApp.Number).Order());
    }

    [Fact]
    public async Task A_client_of_one_datacenter_goes_on_by_time_in_another_whose_topics_have_another_prefix()
    {
        using var catalog = new PrefixedCatalog();
        await using var eqiad = await ServingApp.StartOverAsync([$"eqiad.{ServingApp.Stream}"], $"--Millrace:Catalog={catalog.Directory}", "--Millrace:Datacenter=eqiad");
        await using var codfw = await ServingApp.StartOverAsync([$"codfw.{ServingApp.Stream}"], $"--Millrace:Catalog={catalog.Directory}", "--Millrace:Datacenter=codfw");
        await eqiad.ProduceAsync(Enumerable.Range(0, 30).Select(ServingApp.Event), $"eqiad.{ServingApp.Stream}");
        await codfw.ProduceAsync(Enumerable.Range(0, 60).Select(ServingApp.Event), $"codfw.{ServingApp.Stream}");
        var seen = await ServingApp.ReadAsync(eqiad.At("?since=0"), 30);

        var rest = await ServingApp.ReadAsync(codfw.At(), 33, seen[^1].Id);

        Assert.Equal(Enumerable.Range(27, 33), rest.Select(ServingApp.Number).Order());
    }

    [Fact]
    public async Task Only_what_the_filters_say_comes()
    {
        await using var app = await ServingApp.StartAsync();
        await app.ProduceAsync(Enumerable.Range(0, 60).Select(number => ServingApp.Event(number, number % 2 == 0 ? "enwiki" : "dewiki")));

        var events = await ServingApp.ReadAsync(app.At("?since=0&filter=wiki_id:dewiki&filter=page.page_id:3&filter=page.page_id:4"), 9);

        Assert.Equal(Enumerable.Range(0, 60).Where(number => number % 2 == 1 && number % 7 is 3 or 4), events.Select(ServingApp.Number).Order());
    }

    [Fact]
    public async Task Canaries_tombstones_garbage_and_what_was_never_committed_are_not_served()
    {
        await using var app = await ServingApp.StartAsync();
        byte[]?[] others =
        [
            null, "no JSON"u8.ToArray(), "[1]"u8.ToArray(), [0xFF, 0xFE], """{"n":1"""u8.ToArray(), """{"n":1} {"n":2}"""u8.ToArray(),
            """{"meta":{"domain":"canary"},"n":2}"""u8.ToArray(), """{"m\u0065ta":{"domain":"c\u0061nary"},"n":3}"""u8.ToArray(),
        ];
        await app.ProduceAsync(others);
        using (var aborted = app.Producer("aborted"))
        {
            aborted.InitTransactions(ServingApp.Patience);
            aborted.BeginTransaction();
            await aborted.ProduceAsync(new TopicPartition(ServingApp.Stream, 0), new Message<byte[]?, byte[]?> { Value = ServingApp.Event(4) });
            aborted.AbortTransaction();
        }

        await app.ProduceAsync(7, 8, 9);

        var events = await ServingApp.ReadAsync(app.At("?since=0"), 3);

        Assert.Equal([7, 8, 9], events.Select(ServingApp.Number).Order());
    }

    [Fact]
    public async Task Line_ends_within_an_event_are_no_ends_of_the_event()
    {
        await using var app = await ServingApp.StartAsync();
        await app.ProduceAsync(["{\r\n  \"n\": 1,\n\n  \"event\":\r\"x\"\n}\n"u8.ToArray()]);

        var item = Assert.Single(await ServingApp.ReadAsync(app.At("?since=0"), 1));

        Assert.Equal("{\n  \"n\": 1,\n\n  \"event\":\n\"x\"\n}\n", Encoding.UTF8.GetString(item.Data));
    }

    [Fact]
    public async Task Several_streams_come_as_one()
    {
        await using var app = await ServingApp.StartOverAsync([ServingApp.Stream, "mediawiki.page-create"]);
        await app.ProduceAsync([ServingApp.Event(1)]);
        await app.ProduceAsync([ServingApp.Event(2)], "mediawiki.page-create");

        var events = await ServingApp.ReadAsync(app.At("?since=0", $"{ServingApp.Stream},mediawiki.page-create"), 2);

        Assert.Equal([1, 2], events.Select(ServingApp.Number).Order());
        Assert.Equal(6, JsonElement.Parse(events[^1].Id!).GetArrayLength());
    }
}
