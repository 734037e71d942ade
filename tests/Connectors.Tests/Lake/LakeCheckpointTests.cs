using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace Millrace.Connectors.Tests.Lake;

public sealed class LakeCheckpointTests : IDisposable
{
    private const string Log = LakeFixture.Table + "/_delta_log";

    private readonly LakeFixture _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task A_start_reads_a_checkpoint_and_the_commits_after_it()
    {
        await CommitAsync(0, 28);
        var opened = new List<string>();
        var listed = 0;
        var files = new FailingFiles(_lake.Files)
        {
            Fails = (call, name, after) =>
            {
                if (call == "open" && after)
                {
                    opened.Add(name[(Log.Length + 1)..]);
                }

                listed += call == "list" ? 1 : 0;
                return false;
            },
        };
        var table = await new DeltaLog(files, LakeFixture.Table).ReadAsync(default);
        Assert.Equal(27, table.Version);
        Assert.Equal(["_last_checkpoint", Checkpoint(20), .. Enumerable.Range(21, 8).Select(Commit)], opened);
        Assert.Equal(0, listed);
        Same(await FromCommitsAsync(), table);
    }

    [Fact]
    public async Task A_checkpoint_is_what_the_commits_add_up_to_by_DuckDBs_reading()
    {
        await CommitAsync(0, 9);
        await new Compaction(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(null, default);
        await CommitAsync(9, 2);
        var path = Path.Combine(_lake.Root, Log, Checkpoint(10));
        var rows = await DuckLake.QueryAsync($"SELECT to_json(t) FROM read_parquet('{path}', hive_partitioning = false) t");
        Assert.All(rows, row => Assert.Single(row.EnumerateObject(), column => column.Value.ValueKind != JsonValueKind.Null));
        var table = await FromCommitsAsync(10);
        var added = rows.Select(row => row.GetProperty("add")).Where(add => add.ValueKind == JsonValueKind.Object).ToList();
        Assert.Equal(table.Files.Keys.Order(StringComparer.Ordinal), added.Select(add => add.GetProperty("path").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(added, add => Assert.Equal("""{"year":"2026","month":"7","day":"5","hour":"9"}""", add.GetProperty("partitionValues").GetRawText()));
        Assert.Equal(10, added.Sum(add => JsonDocument.Parse(add.GetProperty("stats").GetString()!).RootElement.GetProperty("numRecords").GetInt64()));
        Assert.Equal(table.Removed.Keys.Order(StringComparer.Ordinal), rows.Select(row => row.GetProperty("remove")).Where(remove => remove.ValueKind == JsonValueKind.Object).Select(remove => remove.GetProperty("path").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(9, table.Removed.Count);
        Assert.Equal(
            table.Transactions.OrderBy(one => one.Key, StringComparer.Ordinal),
            rows.Select(row => row.GetProperty("txn")).Where(txn => txn.ValueKind == JsonValueKind.Object).Select(txn => KeyValuePair.Create(txn.GetProperty("appId").GetString()!, txn.GetProperty("version").GetInt64())).OrderBy(one => one.Key, StringComparer.Ordinal));
        var metaData = Assert.Single(rows, row => row.GetProperty("metaData").ValueKind == JsonValueKind.Object).GetProperty("metaData");
        Assert.Equal(table.Id, metaData.GetProperty("id").GetString());
        Assert.Equal(["year", "month", "day", "hour"], metaData.GetProperty("partitionColumns").EnumerateArray().Select(column => column.GetString()));
        Assert.Equal("parquet", metaData.GetProperty("format").GetProperty("provider").GetString());
        Assert.Equal("""{"minReaderVersion":1,"minWriterVersion":2}""", Assert.Single(rows, row => row.GetProperty("protocol").ValueKind == JsonValueKind.Object).GetProperty("protocol").GetRawText());
        var types = await DuckLake.QueryAsync($"SELECT to_json(t) FROM (SELECT name, type FROM parquet_schema('{path}')) t");
        Assert.Equal("INT32", types.Single(type => type.GetProperty("name").GetString() == "minReaderVersion").GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_checkpoint_that_another_engine_wrote_is_read()
    {
        await CommitAsync(0, 12);
        var expected = await FromCommitsAsync();
        var path = Path.Combine(_lake.Root, Log, Checkpoint(10));
        await DuckLake.QueryAsync($"COPY (SELECT * FROM read_parquet('{path}', hive_partitioning = false)) TO '{path}.copy' (FORMAT parquet)");
        File.Move(path + ".copy", path, overwrite: true);
        DeleteCommits(before: 10);
        Same(expected, await _lake.Log().ReadAsync(default));
    }

    [Fact]
    public async Task Columns_that_another_engine_never_leaves_null_are_read()
    {
        var strict = new ParquetSchema(new StructField("txn", new DataField("appId", typeof(string), isNullable: true), new DataField("version", typeof(long), isNullable: false)));
        var columns = new Schemas.SqlField[] { new("txn", new Schemas.SqlType.Row([new("appId", new Schemas.SqlType.Scalar(Schemas.SqlScalar.Text), null), new("version", new Schemas.SqlType.Scalar(Schemas.SqlScalar.WholeNumber), null)]), null) };
        using var file = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(strict, file))
        {
            using var group = writer.CreateRowGroup();
            var (app, version) = (strict.GetDataFields()[0], strict.GetDataFields()[1]);
            await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(app, new ReadOnlyMemory<char>[] { "a".AsMemory() }, new[] { 2, 0 }, default(ReadOnlyMemory<int>?), default);
            await group.WriteAllPartsAsync<long>(version, new[] { 7L }, new[] { 1, 0 }, default(ReadOnlyMemory<int>?), default);
            group.CompleteValidate();
        }

        file.Position = 0;
        await using var reader = await ParquetReader.CreateAsync(file);
        using var read = reader.OpenRowGroupReader(0);
        var rows = new RowGroupBuffer(columns, LakeLayout.Of(columns));
        await rows.AppendAsync(read, reader.Schema, default);
        Assert.Equal(["""{"txn":{"appId":"a","version":7}}""", "{}"], LakeJson.Rows(rows));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{\"version\":2")]
    [InlineData("{\"version\":\"ten\"}")]
    [InlineData("{\"version\":7}")]
    [InlineData("[]")]
    public async Task Without_a_word_of_the_newest_checkpoint_the_log_is_listed(string? hint)
    {
        await CommitAsync(0, 25);
        var path = Path.Combine(_lake.Root, Log, "_last_checkpoint");
        File.Delete(path);
        if (hint is not null)
        {
            File.WriteAllText(path, hint);
        }

        var expected = await FromCommitsAsync();
        DeleteCommits(before: 20);
        Same(expected, await _lake.Log().ReadAsync(default));
        await CommitAsync(25, 1);
        await _lake.AssertNumbersAsync([.. Enumerable.Range(0, 26).Select(i => (long)i)]);
    }

    [Fact]
    public async Task A_crash_between_a_checkpoint_and_the_word_of_it_harms_nothing()
    {
        var lost = new FailingFiles(_lake.Files) { Fails = (call, _, _) => call == "replace" };
        await CommitAsync(0, 12, lost);
        Assert.True(File.Exists(Path.Combine(_lake.Root, Log, Checkpoint(10))));
        Assert.False(File.Exists(Path.Combine(_lake.Root, Log, "_last_checkpoint")));
        await CommitAsync(12, 3);
        await _lake.AssertNumbersAsync([.. Enumerable.Range(0, 15).Select(i => (long)i)]);
    }

    [Fact]
    public async Task A_commit_stands_where_its_checkpoint_cannot_be_written()
    {
        var full = new FailingFiles(_lake.Files) { Fails = (call, name, _) => call == "create" && name.EndsWith(".checkpoint.parquet", StringComparison.Ordinal) };
        await CommitAsync(0, 12, full);
        await _lake.AssertNumbersAsync([.. Enumerable.Range(0, 12).Select(i => (long)i)]);
        await CommitAsync(12, 1);
        Assert.True(File.Exists(Path.Combine(_lake.Root, Log, Checkpoint(12))));
    }

    [Fact]
    public async Task Two_that_write_the_same_checkpoint_harm_nothing()
    {
        await CommitAsync(0, 11);
        var table = await FromCommitsAsync(10);
        var files = new FailingFiles(_lake.Files);
        File.Delete(Path.Combine(_lake.Root, Log, "_last_checkpoint"));
        var checkpoints = new DeltaCheckpoints(files, Log);
        var raced = false;
        files.Meanwhile = async (call, _) =>
        {
            if (call == "create" && !raced)
            {
                raced = true;
                await checkpoints.WriteAsync(table, _lake.Time.GetUtcNow(), default);
            }
        };
        await checkpoints.WriteAsync(table, _lake.Time.GetUtcNow(), default);
        Assert.Equal(10, await checkpoints.HintedAsync(default));
        Same(await FromCommitsAsync(), await _lake.Log().ReadAsync(default));
    }

    [Fact]
    public async Task An_older_checkpoint_does_not_become_the_newest()
    {
        await CommitAsync(0, 21);
        var checkpoints = new DeltaCheckpoints(_lake.Files, Log);
        await checkpoints.WriteAsync(await FromCommitsAsync(10), _lake.Time.GetUtcNow(), default);
        Assert.Equal(20, await checkpoints.HintedAsync(default));
    }

    [Fact]
    public async Task A_checkpoint_forgets_what_left_the_table_when_its_retention_is_over()
    {
        await CommitAsync(0, 2);
        await new Compaction(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(null, default);
        _lake.Time.Advance(CheckpointFormat.TombstoneRetention - TimeSpan.FromHours(1));
        await CommitAsync(2, 8);
        Assert.Equal(2, (await CheckpointedAsync(10)).Removed.Count);
        _lake.Time.Advance(TimeSpan.FromHours(2));
        await CommitAsync(10, 10);
        Assert.Empty((await CheckpointedAsync(20)).Removed);
    }

    [Fact]
    public async Task Vacuum_deletes_commits_below_a_checkpoint_when_the_log_retention_is_over()
    {
        await CommitAsync(0, 15);
        var expected = await FromCommitsAsync();
        StampLog(_lake.Time.GetUtcNow());
        var vacuum = new Vacuum(_lake.Files, LakeFixture.Table, _lake.Time) { LogRetention = TimeSpan.FromDays(2) };
        _lake.Time.Advance(TimeSpan.FromDays(2) - TimeSpan.FromHours(1));
        Assert.Empty(await vacuum.RunAsync(TimeSpan.FromDays(7), dryRun: false, null, default));
        _lake.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Enumerable.Range(0, 10).Select(Commit), (await vacuum.RunAsync(TimeSpan.FromDays(7), dryRun: true, null, default)).Select(NameOf));
        Assert.Equal(10, (await vacuum.RunAsync(TimeSpan.FromDays(7), dryRun: false, null, default)).Count);
        Same(expected, await _lake.Log().ReadAsync(default));
        Assert.Equal([LakeFixture.Table], await LakeTables.ListAsync(_lake.Files, default));

        // The first checkpoint goes when the second has been there for as long.
        await CommitAsync(15, 10);
        StampLog(_lake.Time.GetUtcNow());
        _lake.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal([Checkpoint(10), .. Enumerable.Range(10, 10).Select(Commit)], (await vacuum.RunAsync(TimeSpan.FromDays(7), dryRun: false, null, default)).Select(NameOf));
        await CommitAsync(25, 1);
        await _lake.AssertNumbersAsync([.. Enumerable.Range(0, 26).Select(i => (long)i)]);
    }

    [Fact]
    public async Task A_writer_that_slept_until_its_place_in_the_log_was_gone_finds_the_table_as_it_is()
    {
        var sleeper = _lake.Log();
        var partition = new Core.StreamPartition(LakeFixture.Stream, 1);
        await CommitAsync(0, 3);
        await sleeper.ReadAsync(default);
        await CommitAsync(3, 10);
        StampLog(_lake.Time.GetUtcNow());
        _lake.Time.Advance(TimeSpan.FromDays(31));
        await new Vacuum(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(TimeSpan.FromDays(7), dryRun: false, null, default);
        var asked = new List<long>();
        var table = await sleeper.CommitAsync(
            now =>
            {
                asked.Add(now.Version);
                return [DeltaActions.Transaction($"late/{partition}", 1, _lake.Time.GetUtcNow())];
            }, default);
        Assert.Equal([2, 12], asked);
        Assert.Equal(13, table.Version);
        Assert.False(File.Exists(Path.Combine(_lake.Root, Log, Commit(3))));
        Assert.Equal(1, (await _lake.Log().ReadAsync(default)).Transactions[$"late/{partition}"]);
    }

    [Fact]
    public async Task A_log_without_its_beginning_and_without_a_checkpoint_is_no_empty_table()
    {
        await CommitAsync(0, 5);
        DeleteCommits(before: 2);
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => _lake.Log().ReadAsync(default));
        Assert.Contains($"'{Log}' has lost its first commits", failure.Message, StringComparison.Ordinal);
    }

    private async Task CommitAsync(int from, int count, ILakeFiles? files = null)
    {
        await using var store = _lake.Open(files);
        for (var i = from; i < from + count; i++)
        {
            await LakeFixture.WriteAsync(store, [LakeFixture.Event(i)]);
            await store.FlushAsync(default);
        }
    }

    // As a reader would who knows nothing of checkpoints.
    private async Task<DeltaSnapshot> FromCommitsAsync(long to = long.MaxValue)
    {
        var table = DeltaSnapshot.None;
        for (var version = 0L; version <= to && await _lake.Files.TryReadAsync(DeltaLog.NameOf(Log, version), default) is { } commit; version++)
        {
            table = table.After(System.Text.Encoding.UTF8.GetString(commit).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!)) with { Version = version };
        }

        return table;
    }

    private async Task<DeltaSnapshot> CheckpointedAsync(long version)
    {
        await using var content = await _lake.Files.TryOpenAsync($"{Log}/{Checkpoint(version)}", default);
        return await CheckpointFormat.ReadAsync(content!, version, default);
    }

    private static void Same(DeltaSnapshot expected, DeltaSnapshot actual)
    {
        Assert.Equal((expected.Version, expected.Id, expected.SchemaUri), (actual.Version, actual.Id, actual.SchemaUri));
        Assert.Equal(expected.Columns.Select(column => column.Name), actual.Columns.Select(column => column.Name));
        Assert.Equal(expected.Files.OrderBy(file => file.Key, StringComparer.Ordinal), actual.Files.OrderBy(file => file.Key, StringComparer.Ordinal));
        Assert.Equal(expected.Removed.OrderBy(file => file.Key, StringComparer.Ordinal), actual.Removed.OrderBy(file => file.Key, StringComparer.Ordinal));
        Assert.Equal(expected.Transactions.OrderBy(one => one.Key, StringComparer.Ordinal), actual.Transactions.OrderBy(one => one.Key, StringComparer.Ordinal));
    }

    private void DeleteCommits(int before)
    {
        for (var version = 0; version < before; version++)
        {
            File.Delete(Path.Combine(_lake.Root, Log, Commit(version)));
        }
    }

    private void StampLog(DateTimeOffset time)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_lake.Root, LakeFixture.Table), "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, time.UtcDateTime);
        }
    }

    private static string NameOf(LakeFile file) => file.Name[(file.Name.LastIndexOf('/') + 1)..];

    private static string Commit(int version) => $"{version:D20}.json";

    private static string Checkpoint(long version) => $"{version:D20}.checkpoint.parquet";
}
