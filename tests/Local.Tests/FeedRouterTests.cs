using System.Text;

namespace Millrace.Local.Tests;

public sealed class FeedRouterTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"millrace-{Guid.NewGuid():N}.ndjson");
    private readonly FeedRouter _router = new(["page_change", "page_create"]);

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task A_line_goes_to_the_stream_that_it_names() =>
        Assert.Equal(["page_change", "page_create"], await RouteAsync(Named("page_change"), Named("page_create")));

    [Fact]
    public async Task A_line_without_a_stream_goes_where_the_one_before_it_went() =>
        Assert.Equal(
            ["page_create", "page_create", "page_create", "page_change", "page_change"],
            await RouteAsync(Named("page_create"), "{}", "garbage", Named("page_change"), Named("unknown")));

    [Fact]
    public async Task Lines_before_any_stream_go_where_the_first_one_goes_that_names_one() =>
        Assert.Equal(["page_create", "page_create", "page_create", "page_change"], await RouteAsync("garbage", "{}", Named("page_create"), Named("page_change")));

    [Fact]
    public async Task A_file_that_names_no_known_stream_is_an_error_that_says_how_to()
    {
        var exception = await Assert.ThrowsAsync<FeedException>(() => RouteAsync("{}", Named("unknown")));

        Assert.StartsWith(_path, exception.Message, StringComparison.Ordinal);
        Assert.Contains("\"meta\": {\"stream\":", exception.Message, StringComparison.Ordinal);
        Assert.Contains("page_change, page_create", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_file_is_no_error() => Assert.Empty(await RouteAsync());

    [Theory]
    [InlineData("""{"meta":{"stream":"page_change"}}""")]
    [InlineData("""{"a":{"meta":{"stream":"page_create"}},"meta":{"x":[1,{"stream":"y"}],"stream":"page_change"},"z":1}""")]
    [InlineData("""{"\u006deta":{"\u0073tream":"page\u005fchange"}}""")]
    [InlineData("""{"meta":{"stream":"page_create"},"meta":{"stream":"page_change"}}""")]
    [InlineData("""{"meta":{"stream":"page_create","stream":"page_change"}}""")]
    [InlineData("""{"meta":{"stream":"page_change"},"then":"it breaks""")]
    [InlineData("""{"meta":{"stream":"page_change","then" """)]
    public void The_stream_is_that_of_the_lines_own_meta(string line) => Assert.Equal("page_change", StreamOf(line));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"meta":null}""")]
    [InlineData("""{"meta":"page_change"}""")]
    [InlineData("""{"meta":["stream","page_change"]}""")]
    [InlineData("""{"meta":{"stream":7}}""")]
    [InlineData("""{"meta":{"stream":{"stream":"page_change"}}}""")]
    [InlineData("""{"stream":"page_change"}""")]
    [InlineData("""{"data":{"meta":{"stream":"page_change"}}}""")]
    [InlineData("""{"meta":{"stream":"PAGE_CHANGE"}}""")]
    [InlineData("""{"meta":{"stream":"\ud800"}}""")]
    [InlineData("""{"meta":{"stream":"page_change"},"meta":{}}""")]
    public void Any_other_line_names_none(string line) => Assert.Null(StreamOf(line));

    [Fact]
    public void Garbage_is_never_an_exception()
    {
        const int Seed = 20260131;
        var random = new Random(Seed);
        var line = Encoding.UTF8.GetBytes("""{"$schema":"/a/1.0.0","meta":{"id":"\u00e9\ud83c\udf3e","stream":"page_change"},"x":[1,2.5e3,null,true]}""");
        for (var i = 0; i < 20_000; i++)
        {
            var broken = line.ToArray();
            for (var hits = random.Next(1, 4); hits > 0; hits--)
            {
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            }

            var exception = Record.Exception(() => _router.StreamOf(broken));
            Assert.True(exception is null, $"Seed {Seed}, line {Convert.ToHexString(broken)}: {exception}");
        }
    }

    [Fact]
    public void A_line_nested_without_end_names_none() => Assert.Null(StreamOf("{\"a\":" + new string('[', 1_000_000)));

    [CorpusFact]
    public async Task Real_events_go_where_they_say()
    {
        var router = new FeedRouter(["mediawiki.recentchange"]);
        var count = 0;
        await foreach (var routed in router.RouteAsync(new NdjsonFile(Corpus.At("wikimedia/events/recentchange-2021-08-27.ndjson"))))
        {
            Assert.Equal("mediawiki.recentchange", router.StreamOf(routed.Line.Bytes));
            count++;
        }

        Assert.Equal(1_950, count);
    }

    private static string Named(string stream) => $$$"""{"meta":{"stream":"{{{stream}}}"}}""";

    private string? StreamOf(string line) => _router.StreamOf(Encoding.UTF8.GetBytes(line));

    private async Task<List<string>> RouteAsync(params string[] lines)
    {
        await File.WriteAllLinesAsync(_path, lines);
        var streams = new List<string>();
        await foreach (var routed in _router.RouteAsync(new NdjsonFile(_path)))
        {
            streams.Add(routed.Stream);
        }

        return streams;
    }
}
