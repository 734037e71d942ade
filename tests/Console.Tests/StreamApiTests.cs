using System.Text.Json;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Console.Tests;

public sealed class StreamApiTests
{
    [Fact]
    public async Task A_stream_shows_its_topics_who_writes_and_reads_it_and_its_schemas()
    {
        await using var console = await ObservedConsole.StartAsync();
        await console.Cluster.ProduceAsync(Output, 1, "{}");

        var stream = await console.OkAsync($"api/streams/{Output}");

        Assert.Equal((Output, "mediawiki/page/change", 1, false), (stream.GetProperty("name").GetString(), stream.GetProperty("title").GetString(), stream.GetProperty("events").GetInt64(), stream.GetProperty("isErrors").GetBoolean()));
        Assert.Equal([(0, 0, 0), (1, 0, 1)], stream.GetProperty("topics")[0].GetProperty("partitions").EnumerateArray().Select(partition => (partition.GetProperty("partition").GetInt32(), partition.GetProperty("begin").GetInt32(), partition.GetProperty("end").GetInt32())));
        Assert.Equal(["wiki_id", "page.page_id"], stream.GetProperty("keyFields").EnumerateArray().Select(field => field.GetString()));
        Assert.Equal("PageChange", Assert.Single(stream.GetProperty("writers").EnumerateArray()).GetString());
        Assert.Contains("PageContentChange", stream.GetProperty("readers").EnumerateArray().Select(reader => reader.GetString()));
        var current = stream.GetProperty("schemas").EnumerateArray().Single(schema => schema.GetProperty("isCurrent").GetBoolean());
        Assert.Equal(("1.3.0", "/mediawiki/page/change/1.3.0"), (current.GetProperty("version").GetString(), current.GetProperty("uri").GetString()));
    }

    [Theory]
    [InlineData(Input)]
    [InlineData(Output)]
    public async Task The_sample_would_be_taken_as_it_is(string name)
    {
        await using var console = await ObservedConsole.StartAsync();
        var sample = (await console.OkAsync($"api/streams/{name}")).GetProperty("sample");

        var (status, verdict) = await console.PostAsync($"api/streams/{name}/validate", sample.GetRawText());

        Assert.True(status == 200 && verdict.GetProperty("valid").GetBoolean(), verdict.GetRawText());
    }

    [Fact]
    public async Task A_stream_of_errors_is_a_stream()
    {
        await using var console = await ObservedConsole.StartAsync();

        var stream = await console.OkAsync($"api/streams/{Errors}");

        Assert.Equal((true, "PageChange"), (stream.GetProperty("isErrors").GetBoolean(), stream.GetProperty("writers")[0].GetString()));
    }

    [Fact]
    public async Task A_schema_is_shown_as_it_stands()
    {
        await using var console = await ObservedConsole.StartAsync();

        var schema = await console.OkAsync($"api/streams/{Output}/schemas/1.3.0");

        Assert.Equal("mediawiki/page/change", JsonElement.Parse(schema.GetProperty("text").GetString()!).GetProperty("title").GetString());
    }

    [Theory]
    [InlineData("9.9.9")]
    [InlineData("..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("1.3.0.json")]
    public async Task A_schema_that_there_is_not_is_not_found_and_nothing_else_is_read(string version)
    {
        await using var console = await ObservedConsole.StartAsync();

        Assert.Equal(404, (await console.GetAsync($"api/streams/{Output}/schemas/{version}")).Status);
    }

    [Theory]
    [InlineData("postgres", "CREATE TABLE \"mediawiki_page_change_v1\"")]
    [InlineData("duckdb", "CREATE TABLE")]
    [InlineData("flink", "'topic' = 'mediawiki.page_change.v1'")]
    [InlineData("spark", "CREATE TABLE")]
    [InlineData("hive", "CREATE TABLE `mediawiki_page_change_v1`")]
    public async Task The_table_is_shown_in_each_dialect(string dialect, string part)
    {
        await using var console = await ObservedConsole.StartAsync();

        var ddl = await console.OkAsync($"api/streams/{Output}/ddl?dialect={dialect}");

        Assert.Contains(part, ddl.GetProperty("text").GetString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("api/streams/mediawiki.page_change.v1/ddl?dialect=oracle", 400, "dialect is 'oracle'; allowed is flink, spark, hive, postgres, duckdb.")]
    [InlineData("api/streams/mediawiki.page_change.v1/ddl", 400, "dialect is ''; allowed is")]
    [InlineData("api/streams/nothing", 404, "There is no stream 'nothing'; the catalog has mediawiki.revision-create")]
    [InlineData("api/streams/nothing/tail", 404, "There is no stream 'nothing'")]
    [InlineData("api/streams/mediawiki.page_change.v1/tail?last=501", 400, "last is '501'; allowed is 0 to 500.")]
    [InlineData("api/streams/mediawiki.page_change.v1/tail?last=-1", 400, "last is '-1'")]
    [InlineData("api/streams/mediawiki.page_change.v1/tail?filter=nothing", 400, "filter is 'nothing'; allowed is PATH:VALUE")]
    public async Task What_cannot_be_used_is_told(string path, int status, string detail)
    {
        await using var console = await ObservedConsole.StartAsync();

        var (found, problem) = await console.GetAsync(path);

        Assert.Equal(status, found);
        Assert.StartsWith(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
