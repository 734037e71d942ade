using Millrace.Core;
using Millrace.Local;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Console.Tests;

/// <summary>The events of a stream as they come.</summary>
public sealed class TailTests
{
    private const string Tail = $"api/streams/{Input}/tail";

    [Fact]
    public async Task It_begins_with_the_last_and_goes_on_with_what_comes()
    {
        await using var console = await ObservedConsole.StartAsync();
        for (var number = 0; number < 3; number++)
        {
            await console.Cluster.ProduceAsync(Input, 0, Event($"{number}"), number, new RecordHeader("h", "v"u8.ToArray()));
        }

        var records = console.EventsAsync($"{Tail}?last=2").GetAsyncEnumerator();
        await records.MoveNextAsync();
        var first = records.Current.Data;
        await records.MoveNextAsync();
        await console.Cluster.ProduceAsync(Input, 1, Event("new"));
        await records.MoveNextAsync();
        var last = records.Current.Data;
        await records.DisposeAsync();

        Assert.Equal((Input, 0, 1, "2026-01-31T12:00:01.000Z"), (first.GetProperty("topic").GetString(), first.GetProperty("partition").GetInt32(), first.GetProperty("offset").GetInt32(), first.GetProperty("timestamp").GetString()));
        Assert.Equal(("1", "h", "v"), (first.GetProperty("event").GetProperty("meta").GetProperty("id").GetString(), first.GetProperty("headers")[0].GetProperty("name").GetString(), first.GetProperty("headers")[0].GetProperty("value").GetString()));
        Assert.Equal("new", last.GetProperty("event").GetProperty("meta").GetProperty("id").GetString());
    }

    [Fact]
    public async Task Filters_leave_out_what_is_not_wanted()
    {
        await using var console = await ObservedConsole.StartAsync();
        await console.Cluster.ProduceAsync(Input, 0, Event("a", "\"wiki\":\"x\""));
        await console.Cluster.ProduceAsync(Input, 0, Event("b", "\"wiki\":\"y\""));
        await console.Cluster.ProduceAsync(Input, 0, "no JSON");
        await console.Cluster.ProduceAsync(Input, 0, Event("c", "\"wiki\":\"y\""));

        var found = new List<string?>();
        await foreach (var (_, record, _) in console.EventsAsync($"{Tail}?last=10&filter=wiki:y"))
        {
            found.Add(record.GetProperty("event").GetProperty("meta").GetProperty("id").GetString());
            if (found.Count == 2)
            {
                break;
            }
        }

        Assert.Equal(["b", "c"], found);
    }

    [Fact]
    public async Task Of_more_than_anybody_reads_it_says_how_many_were_left_out()
    {
        await using var console = await ObservedConsole.StartAsync();
        await console.Cluster.ProduceAsync(Input, 0, Event("first"));
        var records = console.EventsAsync($"{Tail}?last=1").GetAsyncEnumerator();
        await records.MoveNextAsync();

        console.Cluster.Transact("many", commit: true, [.. Enumerable.Range(0, 5_000).Select(number => (Input, 0, Event($"{number}")))]).Dispose();
        long shown = 0, skipped = 0;
        while (shown + skipped < 5_000 && await records.MoveNextAsync())
        {
            (shown, skipped) = records.Current.Name == "skipped" ? (shown, skipped + records.Current.Data.GetProperty("count").GetInt64()) : (shown + 1, skipped);
        }

        await records.DisposeAsync();
        Assert.Equal(5_000, shown + skipped);
        Assert.InRange(skipped, 1, 5_000 - TailApi.MostPerSecond);
    }

    [Fact]
    public void A_limit_counts_what_is_left_out_and_shows_as_many_again()
    {
        var limit = new TailLimit([new ScanRange(new Confluent.Kafka.TopicPartition(Input, 0), 0, 2)], most: 2);
        bool[] Take(int from, int count) => [.. Enumerable.Range(from, count).Select(offset => limit.Takes(new StreamPosition(Input, 0, offset)))];

        Assert.Equal([true, true, true, true, false, false], Take(0, 6));
        Assert.Equal(2, limit.Renew());
        Assert.Equal([true, true, false], Take(6, 3));
        Assert.Equal(1, limit.Renew());
    }

    [Fact]
    public async Task Who_comes_when_there_are_too_many_is_told_to_come_again()
    {
        await using var console = await ObservedConsole.StartAsync();
        await console.Cluster.ProduceAsync(Input, 0, Event("first"));
        var tails = Enumerable.Range(0, TailApi.MostTails).Select(_ => console.EventsAsync($"{Tail}?last=1").GetAsyncEnumerator()).ToList();
        await Task.WhenAll(tails.Select(tail => tail.MoveNextAsync().AsTask()));

        var (status, problem) = await console.GetAsync(Tail);
        await tails[0].DisposeAsync();

        Assert.Equal((503, "Too much at a time"), (status, problem.GetProperty("title").GetString()));
        await Eventually.IsTrueAsync(async () =>
        {
            using var answer = await console.Client.GetAsync(Tail, HttpCompletionOption.ResponseHeadersRead);
            return answer.IsSuccessStatusCode;
        });
        foreach (var tail in tails)
        {
            await tail.DisposeAsync();
        }
    }
}
