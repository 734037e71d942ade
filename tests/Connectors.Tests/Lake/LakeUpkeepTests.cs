using System.Text.Json;

namespace Millrace.Connectors.Tests.Lake;

public sealed class LakeUpkeepTests : IDisposable
{
    private const string Base = """ "number": { "type": "integer" }, "tags": { "type": "array", "items": { "type": "string" } }, "labels": { "type": "object", "additionalProperties": { "type": "integer" } } """;
    private const string Rows = """, "rows": { "type": "array", "items": { "type": "object", "properties": { "a": { "type": "integer" } } } }, "byName": { "type": "object", "additionalProperties": { "type": "object", "properties": { "a": { "type": "integer" } } } }""";

    private readonly LakeFixture _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task Compaction_makes_one_file_of_an_hour_and_keeps_every_row()
    {
        _lake.Declare("1.1.0", Base + Rows);
        _lake.Declare("1.2.0", Base + Rows.Replace(""" "a": { "type": "integer" } """.Trim(), """ "a": { "type": "integer" }, "b": { "type": "string" } """.Trim(), StringComparison.Ordinal) + """, "late": { "type": "boolean" }""");
        await using (var store = _lake.Open())
        {
            await WriteAsync(store, LakeFixture.Event(0, """ "number": 0, "tags": ["x"], "labels": {"l": 3} """), LakeFixture.Event(1, dt: "2026-07-05T10:00:00Z"));
            await WriteAsync(store, LakeFixture.Event(2, """ "number": 2, "rows": [{"a": 1}, null, {}], "byName": {"k": {"a": 1}, "n": null} """, "1.1.0"), LakeFixture.Event(3, """ "number": 3, "rows": [] """, "1.1.0"));
            await WriteAsync(store, LakeFixture.Event(4, """ "number": 4, "late": true, "rows": [{"a": 1, "b": "y"}], "byName": {"k": {"b": "z"}} """, "1.2.0"));
        }

        var before = await SortedAsync();
        var result = await new Compaction(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(null, default);
        Assert.Equal((3, 1, 0), (result.Replaced, result.Written, result.Skipped));
        var table = await _lake.Log().ReadAsync(default);
        Assert.Equal(2, table.Files.Count);
        Assert.Equal(5, table.Files.Values.Sum(file => file.Rows));
        Assert.Equal(before, await SortedAsync());
    }

    [Fact]
    public async Task Compaction_changes_no_data_by_its_own_account()
    {
        await using var store = _lake.Open();
        await WriteAsync(store, LakeFixture.Event(0));
        await WriteAsync(store, LakeFixture.Event(1));
        await new Compaction(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(null, default);
        var version = (await _lake.Log().ReadAsync(default)).Version;
        var actions = File.ReadAllLines(Path.Combine(_lake.Root, LakeFixture.Table, "_delta_log", $"{version:D20}.json")).Select(line => JsonDocument.Parse(line).RootElement.EnumerateObject().Single()).ToList();
        Assert.Equal(["commitInfo", "add", "remove", "remove"], actions.Select(action => action.Name));
        Assert.All(actions.Skip(1), action => Assert.False(action.Value.GetProperty("dataChange").GetBoolean()));

        // What the partition noted is as it was.
        await WriteAsync(store, LakeFixture.Event(2));
        await _lake.AssertNumbersAsync(0, 1, 2);
    }

    [Fact]
    public async Task Large_files_and_single_ones_stay()
    {
        await using var store = _lake.Open();
        await WriteAsync(store, LakeFixture.Event(0));
        await WriteAsync(store, LakeFixture.Event(1));
        await WriteAsync(store, LakeFixture.Event(2, dt: "2026-07-05T11:00:00Z"));
        var result = await new Compaction(_lake.Files, LakeFixture.Table, _lake.Time) { TargetBytes = 1000 }.RunAsync(null, default);
        Assert.Equal(0, result.Replaced);
    }

    [Fact]
    public async Task Of_two_compactions_at_once_one_leaves_its_files_to_the_other()
    {
        await using var store = _lake.Open();
        await WriteAsync(store, LakeFixture.Event(0));
        await WriteAsync(store, LakeFixture.Event(1));
        var raced = false;
        var files = new FailingFiles(_lake.Files)
        {
            Meanwhile = async (call, name) =>
            {
                if (!raced && call == "create" && name.Contains("_delta_log", StringComparison.Ordinal))
                {
                    raced = true;
                    await new Compaction(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(null, default);
                }
            },
        };
        var result = await new Compaction(files, LakeFixture.Table, _lake.Time).RunAsync(null, default);
        Assert.Equal((0, 1), (result.Replaced, result.Skipped));
        Assert.Single((await _lake.Log().ReadAsync(default)).Files);
        await _lake.AssertNumbersAsync(0, 1);
    }

    [Fact]
    public async Task Writers_and_compaction_do_not_stop_one_another()
    {
        await using var store = _lake.Open();
        var compacting = Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await new Compaction(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(null, default);
            }
        });
        for (var i = 0; i < 20; i++)
        {
            await WriteAsync(store, LakeFixture.Event(i));
        }

        await compacting;
        await _lake.AssertNumbersAsync([.. Enumerable.Range(0, 20).Select(i => (long)i)]);
    }

    [Fact]
    public async Task Vacuum_deletes_what_left_the_table_when_the_retention_is_over()
    {
        await using var store = _lake.Open();
        await WriteAsync(store, LakeFixture.Event(0));
        await WriteAsync(store, LakeFixture.Event(1));
        await new Compaction(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(null, default);
        foreach (var file in Directory.GetFiles(Path.Combine(_lake.Root, LakeFixture.Table), "*.parquet", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, _lake.Time.GetUtcNow().UtcDateTime);
        }

        var vacuum = new Vacuum(_lake.Files, LakeFixture.Table, _lake.Time);
        _lake.Time.Advance(TimeSpan.FromHours(23));
        Assert.Empty(await vacuum.RunAsync(TimeSpan.FromDays(1), dryRun: false, null, default));
        _lake.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(2, (await vacuum.RunAsync(TimeSpan.FromDays(1), dryRun: true, null, default)).Count);
        Assert.Equal(2, (await vacuum.RunAsync(TimeSpan.FromDays(1), dryRun: false, null, default)).Count);
        Assert.Empty(await vacuum.RunAsync(TimeSpan.FromDays(1), dryRun: false, null, default));
        await _lake.AssertNumbersAsync(0, 1);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => vacuum.RunAsync(TimeSpan.FromMinutes(59), dryRun: false, null, default));
    }

    private static async Task WriteAsync(LakeStore store, params Core.ProcessedRecord[] records)
    {
        await LakeFixture.WriteAsync(store, records);
        await store.FlushAsync(default);
    }

    private async Task<IReadOnlyList<string>> SortedAsync() => [.. (await _lake.RowsAsync())
        .Select(row => string.Join(",", row.EnumerateObject().OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => $"{field.Name}:{field.Value.GetRawText()}"))).Order(StringComparer.Ordinal)];
}
