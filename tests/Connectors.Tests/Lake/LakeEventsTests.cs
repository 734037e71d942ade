using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.Connectors.Tests.Lake;

public sealed class LakeEventsTests : IDisposable
{
    private readonly LakeFixture _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task Events_come_in_the_order_of_their_partition_whatever_their_hours_and_files()
    {
        await FillAsync();
        await new Compaction(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(null, default);
        await using (var store = _lake.Open())
        {
            // Late, and later than the compaction.
            await LakeFixture.WriteAsync(store, [Event(0, 40, 0)], partition: Partition(0));
        }

        var events = await OpenAsync();
        Assert.Equal([(0, 41), (0, 40)], events.Ranges.OrderBy(range => range.Key.Partition).Select(range => range.Value).Select(range => ((int)range.From, (int)range.To)));
        Assert.Equal(Enumerable.Range(0, 41).Select(i => (long)i), (await ReadAsync(events, 0)).Select(one => one.Position.Offset));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), (await ReadAsync(events, 1)).Select(one => one.Position.Offset));
        Assert.All(await ReadAsync(events, 1), one => Assert.Equal(1000 + one.Position.Offset, JsonDocument.Parse(one.Value).RootElement.GetProperty("number").GetInt64()));
    }

    [Fact]
    public async Task Times_choose_events_and_files()
    {
        await FillAsync();
        var opened = 0;
        var files = new FailingFiles(_lake.Files)
        {
            Fails = (call, name, after) =>
            {
                opened += call == "open" && after && name.EndsWith(".snappy.parquet", StringComparison.Ordinal) ? 1 : 0;
                return false;
            },
        };
        var from = new DateTimeOffset(2026, 7, 5, 10, 0, 1, TimeSpan.Zero);
        var events = await LakeEvents.OpenAsync(files, LakeFixture.Table, from, from.AddSeconds(20), default);

        Assert.Equal((await _lake.Log().ReadAsync(default)).Files.Values.Count(file => file.Path.Contains("hour=10", StringComparison.Ordinal)), opened);

        // Every third event is of that hour, a second after the other.
        Assert.Equal(Enumerable.Range(1, 20).Where(i => i % 3 == 1).Select(i => (long)i), (await ReadAsync(events, 0)).Select(one => one.Position.Offset));
    }

    [Fact]
    public async Task A_part_of_a_partition_can_be_read()
    {
        await FillAsync();
        Assert.Equal([7, 8, 9], (await ReadAsync(await OpenAsync(), 0, 7, 10)).Select(one => one.Position.Offset));
    }

    [Fact]
    public async Task What_two_stages_brought_in_comes_once()
    {
        await FillAsync();
        await using (var store = _lake.Open())
        {
            await LakeFixture.WriteAsync(store, [.. Enumerable.Range(0, 5).Select(i => Event(0, i))], LakeFixture.Stage() with { Name = "Other" }, Partition(0));
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), (await ReadAsync(await OpenAsync(), 0)).Select(one => one.Position.Offset));
    }

    [Fact]
    public async Task An_event_is_what_it_was_but_for_nulls_and_what_nobody_declared()
    {
        const string Body = """ "number": 1, "tags": ["a", null], "labels": {"x": 1, "y": null}, "other": 3 """;
        await using (var store = _lake.Open())
        {
            await LakeFixture.WriteAsync(store, [LakeFixture.Event(0, Body, dt: "2026-07-05T11:30:00.25+02:00"), LakeFixture.Event(1, """ "number": null, "tags": [], "labels": {} """)]);
        }

        var events = await ReadAsync(await OpenAsync(), 0);
        Assert.Equal(
            [
                """{"$schema":"/test/event/1.0.0","meta":{"id":"event--0","dt":"2026-07-05T09:30:00.25Z","stream":"test.event"},"number":1,"tags":["a",null],"labels":{"x":1,"y":null}}""",
                """{"$schema":"/test/event/1.0.0","meta":{"id":"event--1","dt":"2026-07-05T09:30:00Z","stream":"test.event"},"tags":[],"labels":{}}""",
            ],
            events.Select(one => Encoding.UTF8.GetString(one.Value!)));
    }

    [Fact]
    public async Task A_table_that_is_none_is_named()
    {
        var failure = await Assert.ThrowsAsync<CatalogException>(() => OpenAsync("nothing"));
        Assert.Equal("The lake has no table 'nothing', or no event in it.", failure.Message);
    }

    [Fact]
    public async Task Columns_without_which_a_row_is_no_event_are_named_and_come_with_the_next_commit()
    {
        await FillAsync();
        await ForgetPositionsAsync();
        var failure = await Assert.ThrowsAsync<CatalogException>(() => OpenAsync());
        Assert.Equal("Table 'test_event' lacks the columns _topic, _partition, _offset, without which its rows cannot become events again.", failure.Message);

        await using (var store = _lake.Open())
        {
            await LakeFixture.WriteAsync(store, [Event(0, 40)], partition: Partition(0));
        }

        Assert.Equal(41, (await ReadAsync(await OpenAsync(), 0)).Count);
    }

    [Fact]
    public async Task A_file_that_is_deleted_meanwhile_ends_it_by_its_name()
    {
        await FillAsync();
        var events = await OpenAsync();
        foreach (var file in (await _lake.Log().ReadAsync(default)).Files.Keys)
        {
            File.Delete(Path.Combine(_lake.Root, LakeFixture.Table, file));
        }

        Assert.Contains("was deleted meanwhile. Begin again", (await Assert.ThrowsAsync<IOException>(() => ReadAsync(events, 0))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Positions_are_columns_that_any_engine_sees()
    {
        await FillAsync();
        var row = Assert.Single(await _lake.RowsAsync(), row => row.GetProperty("number").GetInt64() == 1007);
        Assert.Equal(("test.event", 1, 7), (row.GetProperty("_topic").GetString()!, row.GetProperty("_partition").GetInt32(), row.GetProperty("_offset").GetInt32()));
        var fields = JsonNode.Parse((string)(await _lake.Log().ReadAsync(default)).Table!["schemaString"]!)!["fields"]!.AsArray();
        Assert.Equal(["$schema", "meta", "number", "tags", "labels", "_topic", "_partition", "_offset", "year", "month", "day", "hour"], fields.Select(field => (string)field!["name"]!));
    }

    // Two partitions, three hours in turn, several files each.
    private async Task FillAsync()
    {
        await using var store = _lake.Open();
        for (var batch = 0; batch < 4; batch++)
        {
            foreach (var partition in (int[])[0, 1])
            {
                await LakeFixture.WriteAsync(store, [.. Enumerable.Range(batch * 10, 10).Select(i => Event(partition, i))], partition: Partition(partition));
                await store.FlushAsync(default);
            }
        }
    }

    // As an earlier release wrote the table: without the columns, in its metadata.
    private async Task ForgetPositionsAsync()
    {
        var path = Path.Combine(_lake.Root, LakeFixture.Table, "_delta_log", "00000000000000000000.json");
        var lines = (await File.ReadAllLinesAsync(path)).Select(line => JsonNode.Parse(line)!).ToList();
        var table = lines.Single(line => line["metaData"] is not null)["metaData"]!;
        var schema = JsonNode.Parse((string)table["schemaString"]!)!;
        schema["fields"] = new JsonArray([.. schema["fields"]!.AsArray().Where(field => !((string)field!["name"]!).StartsWith('_')).Select(field => field!.DeepClone())]);
        table["schemaString"] = schema.ToJsonString();
        await File.WriteAllLinesAsync(path, lines.Select(line => line.ToJsonString()));
    }

    private static ProcessedRecord Event(int partition, int offset, int? hour = null) =>
        LakeFixture.Event(offset, $"\"number\":{(partition * 1000) + offset}", dt: $"2026-07-05T{9 + (hour ?? (offset % 3)):00}:00:{offset:00}Z", partition: Partition(partition));

    private Task<LakeEvents> OpenAsync(string table = LakeFixture.Table) => LakeEvents.OpenAsync(_lake.Files, table, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, default);

    private static async Task<List<EventRecord>> ReadAsync(LakeEvents events, int partition, long from = 0, long to = long.MaxValue)
    {
        var records = new List<EventRecord>();
        await foreach (var one in events.ReadAsync(Partition(partition), from, to, default))
        {
            records.Add(one);
        }

        return records;
    }

    private static StreamPartition Partition(int number) => new(LakeFixture.Stream, number);
}
