using Millrace.Core;

namespace Millrace.Connectors.Tests.Lake;

public sealed class LakeStoreTests : IDisposable
{
    private readonly LakeFixture _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task Events_are_rows_with_everything_that_they_hold()
    {
        await using (var store = _lake.Open())
        {
            await LakeFixture.WriteAsync(store, [LakeFixture.Event(0, """ "number": 7, "tags": ["a", null, "é\n"], "labels": {"x": 1, "y": null} """)]);
        }

        var row = Assert.Single(await _lake.RowsAsync());
        Assert.Equal("event--0", row.GetProperty("meta").GetProperty("id").GetString());
        Assert.Equal("2026-07-05 09:30:00+00", row.GetProperty("meta").GetProperty("dt").GetString());
        Assert.Equal(7, row.GetProperty("number").GetInt64());
        Assert.Equal(["a", null, "é\n"], row.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("""{"x":1,"y":null}""", row.GetProperty("labels").GetRawText());
        Assert.Equal([2026, 7, 5, 9], LakeHour.Columns.Select(column => row.GetProperty(column).GetInt32()));
    }

    [Fact]
    public async Task Absent_and_empty_are_told_apart()
    {
        await using (var store = _lake.Open())
        {
            await LakeFixture.WriteAsync(store, [LakeFixture.Event(0, """ "tags": [], "labels": {} """), LakeFixture.Event(1, """ "tags": null """), LakeFixture.Event(2, """ "labels": {"a": 1} """)]);
        }

        var rows = (await _lake.RowsAsync()).OrderBy(row => row.GetProperty("meta").GetProperty("id").GetString(), StringComparer.Ordinal).ToList();
        Assert.Equal(["[]", "null", "null"], rows.Select(row => row.GetProperty("tags").GetRawText()));
        Assert.Equal(["{}", "null", """{"a":1}"""], rows.Select(row => row.GetProperty("labels").GetRawText()));
    }

    [Fact]
    public async Task Hours_are_partitions_in_universal_time()
    {
        await using (var store = _lake.Open())
        {
            await LakeFixture.WriteAsync(store, [LakeFixture.Event(0, dt: "2026-07-05T00:30:00+02:00"), LakeFixture.Event(1, dt: "2026-07-05T00:00:00Z"), LakeFixture.Event(2, dt: "1969-12-31T23:59:59.999Z")]);
        }

        var files = (await _lake.Log().ReadAsync(default)).Files.Values;
        Assert.Equal(
            ["year=1969/month=12/day=31/hour=23", "year=2026/month=7/day=4/hour=22", "year=2026/month=7/day=5/hour=0"],
            files.Select(file => file.Path[..file.Path.LastIndexOf('/')]).Order(StringComparer.Ordinal));
        Assert.Equal(3, files.Sum(file => file.Rows));
    }

    [Fact]
    public async Task A_commit_is_durable_before_it_is_in_the_table()
    {
        var store = _lake.Open();
        await LakeFixture.WriteAsync(store, [LakeFixture.Event(0), LakeFixture.Event(1)]);
        Assert.Empty(await _lake.RowsAsync());

        await using (var next = _lake.Open())
        {
            await using var session = await next.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default);
            Assert.Equal(2, session.Checkpoint);
        }

        await _lake.AssertNumbersAsync(0, 1);
    }

    [Fact]
    public async Task Events_enter_the_table_when_they_have_waited_for_long_enough()
    {
        await using var store = _lake.Open();
        await LakeFixture.WriteAsync(store, [LakeFixture.Event(0)]);
        _lake.Time.Advance(TimeSpan.FromSeconds(61));
        await Eventually(async () => (await _lake.NumbersAsync()).Length == 1);
    }

    [Fact]
    public async Task Events_enter_the_table_when_there_are_enough()
    {
        await using var store = _lake.Open();
        var stage = LakeFixture.Stage(settings: """{ "path": "lake", "rollRows": 3 }""");
        await LakeFixture.WriteAsync(store, [LakeFixture.Event(0), LakeFixture.Event(1), LakeFixture.Event(2)], stage);
        await Eventually(async () => (await _lake.NumbersAsync()).Length == 3);
    }

    [Fact]
    public async Task A_checkpoint_moves_on_without_events()
    {
        await using var store = _lake.Open();
        await using (var session = await store.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default))
        {
            Assert.Empty(await session.CommitAsync(42, default));
        }

        await using var next = _lake.Open();
        await using var later = await next.OpenAsync(LakeFixture.Stage(), LakeFixture.Partition, default);
        Assert.Equal(42, later.Checkpoint);
    }

    [Fact]
    public async Task Repetitions_of_an_id_that_become_one_file_enter_once()
    {
        await using (var store = _lake.Open())
        {
            await LakeFixture.WriteAsync(store, [LakeFixture.Event(0, id: "same"), LakeFixture.Event(1, id: "other")]);
            await LakeFixture.WriteAsync(store, [LakeFixture.Event(2, id: "same")]);
        }

        await _lake.AssertNumbersAsync(0, 1);
    }

    [Fact]
    public async Task One_poisoned_row_in_ten_thousand_is_refused_and_all_others_enter()
    {
        await using (var store = _lake.Open())
        {
            var records = Enumerable.Range(0, 10_000).Select(i => i == 6_789 ? LakeFixture.Event(i, """ "number": 9223372036854775808 """) : LakeFixture.Event(i));
            var refused = Assert.Single(await LakeFixture.WriteAsync(store, records));
            Assert.Equal(6_789, refused.Processed.Input.Position.Offset);
            Assert.Equal(ErrorTypes.RefusedByStore, refused.ErrorType);
            Assert.Equal("Table 'test_event' does not take the event: Column '.number' cannot hold '9223372036854775808'; allowed is an integer of 64 bits.", refused.Reason);
        }

        await _lake.AssertNumbersAsync([.. Enumerable.Range(0, 10_000).Where(i => i != 6_789).Select(i => (long)i)]);
    }

    [Theory]
    [InlineData(""" "number": 1e30 """, ".number")]
    [InlineData(""" "number": 1.5 """, ".number")]
    [InlineData(""" "tags": ["\ud800"] """, ".tags[]")]
    [InlineData(""" "tags": "no" """, ".tags")]
    [InlineData(""" "labels": {"a": 1, "a": 2} """, ".labels")]
    [InlineData(""" "labels": {"a": "x"} """, ".labels{}")]
    [InlineData(""" "number": 1, "number": 2 """, ".number")]
    [InlineData(""" "meta": {"dt": "2026-07-05T09:30:00Z"} """, ".meta")]
    public async Task What_a_column_cannot_hold_is_refused_by_its_name(string body, string column)
    {
        await using var store = _lake.Open();
        var refused = Assert.Single(await LakeFixture.WriteAsync(store, [LakeFixture.Event(0, body)]));
        Assert.Contains($"'{column}'", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2026-07-05T24:30:00Z")]
    [InlineData("yesterday")]
    public async Task A_time_that_is_none_is_refused(string dt)
    {
        await using var store = _lake.Open();
        var refused = Assert.Single(await LakeFixture.WriteAsync(store, [LakeFixture.Event(0, dt: dt)]));
        Assert.Contains($"'.meta.dt' cannot hold '{dt}'", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"meta":{"id":"a"}}""")]
    [InlineData("""{"meta":{"id":"a","dt":null}}""")]
    [InlineData("""{}""")]
    public async Task An_event_without_a_time_is_refused(string json)
    {
        await using var store = _lake.Open();
        var refused = Assert.Single(await LakeFixture.WriteAsync(store, [LakeFixture.Record(0, json, "/test/event/1.0.0")]));
        Assert.Contains("'.meta.dt' is missing", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Integers_with_a_fraction_of_nothing_are_integers()
    {
        await using (var store = _lake.Open())
        {
            Assert.Empty(await LakeFixture.WriteAsync(store, [LakeFixture.Event(0, """ "number": 1.0 """), LakeFixture.Event(1, """ "number": 2e3 """)]));
        }

        await _lake.AssertNumbersAsync(1, 2000);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        await using var store = _lake.Open();
        var record = LakeFixture.Event(0, """ "tags": ["?"] """);
        record.Input.Value![record.Input.Value.AsSpan().IndexOf((byte)'?')] = 0xFF;
        Assert.Contains("no UTF-8", Assert.Single(await LakeFixture.WriteAsync(store, [record])).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "path": "" }""")]
    [InlineData("""{ "path": "ftp://host/container" }""")]
    [InlineData("""{ "path": "https://host/" }""")]
    [InlineData("""{ "path": "lake", "connectionString": "nonsense" }""")]
    [InlineData("""{ "path": "lake", "rollRows": 0 }""")]
    [InlineData("""{ "path": "lake", "folder": "x" }""")]
    [InlineData("""{ "path": "lake", "successFile": "DONE" }""")]
    [InlineData("""{ "path": "lake", "successFile": "_a/b" }""")]
    [InlineData("""{ "path": "lake", "checkpointInterval": 0 }""")]
    public async Task Settings_that_cannot_work_are_refused_before_anything_is_read(string settings)
    {
        await using var store = new LakeStore(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build(), _lake.Schemas, _lake.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<LakeStore>.Instance);
        Assert.Throws<CatalogException>(() => store.Require(LakeFixture.Stage(settings: settings)));
    }

    internal static async Task Eventually(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }
}
