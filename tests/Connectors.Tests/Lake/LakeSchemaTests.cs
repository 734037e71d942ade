using Millrace.Core;

namespace Millrace.Connectors.Tests.Lake;

public sealed class LakeSchemaTests : IDisposable
{
    private const string Base = """ "number": { "type": "integer" }, "tags": { "type": "array", "items": { "type": "string" } }, "labels": { "type": "object", "additionalProperties": { "type": "integer" } } """;

    private readonly LakeFixture _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task New_fields_of_a_later_schema_are_columns_from_then_on()
    {
        _lake.Declare("1.1.0", Base + """, "added": { "type": "object", "properties": { "x": { "type": "number" } } }""");
        await using (var store = _lake.Open())
        {
            await LakeFixture.WriteAsync(store, [LakeFixture.Event(0)]);
            await store.FlushAsync(default);
            await LakeFixture.WriteAsync(store, [LakeFixture.Event(1, """ "number": 1, "added": {"x": 0.5} """, "1.1.0"), LakeFixture.Event(2)]);
        }

        var table = await _lake.Log().ReadAsync(default);
        Assert.Equal("/test/event/1.1.0", table.SchemaUri);
        Assert.Equal(["$schema", "meta", "number", "tags", "labels", "added"], table.Columns.Select(column => column.Name));
        var rows = await _lake.RowsAsync();
        Assert.Equal(["""{"x":0.5}""", "null", "null"], rows.Select(row => row.GetProperty("added").GetRawText()).Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public async Task What_an_event_has_by_a_name_that_only_a_later_schema_declares_is_left_out()
    {
        _lake.Declare("1.1.0", Base + """, "added": { "type": "integer" }""");
        await using (var store = _lake.Open())
        {
            Assert.Empty(await LakeFixture.WriteAsync(store, [LakeFixture.Event(0, """ "number": 0, "added": "text" """), LakeFixture.Event(1, """ "added": 7 """, "1.1.0")]));
        }

        Assert.Equal(["7", "null"], (await _lake.RowsAsync()).Select(row => row.GetProperty("added").GetRawText()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_incompatible_schema_stops_its_stream_and_no_other()
    {
        _lake.Declare("2.0.0", Base.Replace("""{ "type": "integer" }, "tags" """.TrimEnd(), """{ "type": "string" }, "tags" """.TrimEnd(), StringComparison.Ordinal));
        await using var store = _lake.Open();
        await LakeFixture.WriteAsync(store, [LakeFixture.Event(0)]);
        await store.FlushAsync(default);
        var failure = await Assert.ThrowsAsync<SinkException>(() => LakeFixture.WriteAsync(store, [LakeFixture.Event(1, """ "number": "1" """, "2.0.0")]));
        Assert.Equal(
            "Stream 'test.event' stops: table 'test_event' has the columns of /test/event/1.0.0 and cannot take events of /test/event/2.0.0. " +
            ".number: It was an integer and is a string; a type stays for as long as the table does.", failure.Message);
        Assert.False(failure.CanRetry);

        var stage = LakeFixture.Stage("test.other");
        var partition = new StreamPartition("test.other", 0);
        await LakeFixture.WriteAsync(store, [LakeFixture.Event(0, partition: partition)], stage, partition);
        await store.FlushAsync(default);
        Assert.Single(await _lake.RowsAsync("test_other"));
    }

    [Theory]
    [InlineData(""" "year": { "type": "integer" } """, ".year: The name is that of a partition column")]
    [InlineData(""" "a b": { "type": "integer" } """, ".a b: The name has a blank")]
    [InlineData(""" "a": { "type": "integer" }, "A": { "type": "integer" } """, ".A: The name is that of another field but for upper and lower case")]
    public async Task A_schema_that_has_no_table_stops_its_stream(string properties, string reason)
    {
        _lake.Declare("3.0.0", properties);
        await using var store = _lake.Open();
        var failure = await Assert.ThrowsAsync<SinkException>(() => LakeFixture.WriteAsync(store, [LakeFixture.Event(0, version: "3.0.0")]));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_schema_gives_no_one_type_is_JSON_text_that_says_so()
    {
        const string Any = """, "any": { "type": ["string", "object", "integer"], "description": "Whatever." }, "all": { "type": "array", "items": {} }, "of": { "type": "object", "properties": { "x": { "type": ["string", "boolean"] } } }""";
        _lake.Declare("1.1.0", Base + Any);
        _lake.Declare("1.2.0", Base + Any + """, "later": { "type": "integer" }""");
        await using (var store = _lake.Open())
        {
            Assert.Empty(await LakeFixture.WriteAsync(
                store,
                [
                    LakeFixture.Event(0, """ "number": 0, "any": {"b": [1, 2.50, null], "a": "\u00e9\ud800"}, "all": ["x", {"y": 1}, null], "of": {"x": false} """, "1.1.0"),
                    LakeFixture.Event(1, """ "number": 1, "any": "text", "all": [], "of": {} """, "1.1.0"),
                    LakeFixture.Event(2, """ "number": 2, "any": null """, "1.1.0"),
                ]));
            await store.FlushAsync(default);
            Assert.Empty(await LakeFixture.WriteAsync(store, [LakeFixture.Event(3, """ "number": 3, "any": 12345678901234567890, "later": 1 """, "1.2.0")]));
        }

        await new Compaction(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(null, default);
        var rows = (await _lake.RowsAsync()).OrderBy(row => row.GetProperty("number").GetInt64()).ToList();
        Assert.Equal(["""{"b": [1, 2.50, null], "a": "\u00e9\ud800"}""", "\"text\"", null, "12345678901234567890"], rows.Select(row => row.GetProperty("any").GetString()));
        Assert.Equal(["\"x\"", """{"y": 1}""", null], rows[0].GetProperty("all").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal("false", rows[0].GetProperty("of").GetProperty("x").GetString());
        Assert.Equal(["[]", "null", "null"], rows.Skip(1).Select(row => row.GetProperty("all").GetRawText()));

        var fields = System.Text.Json.Nodes.JsonNode.Parse((string)(await _lake.Log().ReadAsync(default)).Table!["schemaString"]!)!["fields"]!.AsArray();
        var any = fields.Single(field => (string)field!["name"]! == "any")!;
        Assert.Equal(("string", "Whatever. (JSON text)", true), ((string)any["type"]!, (string)any["metadata"]!["comment"]!, (bool)any["metadata"]!["millrace.json"]!));
        Assert.Equal("JSON text", (string)fields.Single(field => (string)field!["name"]! == "all")!["metadata"]!["comment"]!);
    }

    [Fact]
    public async Task The_log_is_a_delta_table()
    {
        await using (var store = _lake.Open())
        {
            await LakeFixture.WriteAsync(store, [LakeFixture.Event(0)]);
        }

        var lines = File.ReadAllLines(Path.Combine(_lake.Root, LakeFixture.Table, "_delta_log", "00000000000000000000.json")).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal(["commitInfo", "protocol", "metaData", "add", "txn", "txn", "txn"], lines.Select(line => Assert.Single(line).Key));
        Assert.Equal("""{"minReaderVersion":1,"minWriterVersion":2}""", lines[1]["protocol"]!.ToJsonString());
        Assert.Equal("""["year","month","day","hour"]""", lines[2]["metaData"]!["partitionColumns"]!.ToJsonString());
        Assert.Equal("""{"year":"2026","month":"7","day":"5","hour":"9"}""", lines[3]["add"]!["partitionValues"]!.ToJsonString());
        Assert.Equal("""{"numRecords":1}""", (string)lines[3]["add"]!["stats"]!);
        Assert.True((bool)lines[3]["add"]!["dataChange"]!);
        Assert.Equal("ToLake/test.event/0", (string)lines[4]["txn"]!["appId"]!);
        Assert.Equal(1, (long)lines[4]["txn"]!["version"]!);
    }
}
