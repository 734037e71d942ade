using System.Text.Json;
using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Connectors.Tests;

/// <summary>Events in the bulk format of search indexes.</summary>
public sealed class BulkFormatTests : HttpFixture
{
    private StageDefinition Bulk(params (string Name, string Json)[] settings) => Stage([("format", "\"bulk\""), .. settings]);

    private static EventRecord Delete(long offset, string key) => Some.Record(offset, key, change: body => body["changelog_kind"] = "delete");

    private static Answer Results(params string[] items) => new(200, $$"""{ "took": 1, "errors": true, "items": [{{string.Join(", ", items)}}] }""");

    private static string Ok => """{ "index": { "_index": "test.input", "status": 201 } }""";

    private static string Failed(int status, string type = "some_exception", string action = "index") =>
        $$$"""{ "{{{action}}}": { "_index": "test.input", "status": {{{status}}}, "error": { "type": "{{{type}}}", "reason": "because", "caused_by": { "reason": "of that" } } } }""";

    private static List<string> Numbers(Posted post) => [.. post.Body.Split('\n').Where(line => line.Contains("\"n\":", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line).Child("n").ToString())];

    [Fact]
    public async Task Events_are_indexed_under_their_key_and_deleted_by_it()
    {
        Receiver.OnPost = (_, _) => new Answer(200, """{ "errors": false }""");
        var record = Some.Record(0, "a");

        await RunAsync(Bulk(), record, Delete(1, "b"));

        var post = Assert.Single(Receiver.Posts);
        Assert.Equal(((string?)null, "application/x-ndjson"), (post.Key, post.ContentType));
        var lines = post.Body.Split('\n');
        Assert.Equal((4, ""), (lines.Length, lines[3]));
        var index = JsonElement.Parse(lines[0]).Child("index");
        Assert.Equal(("test.input", """{"id":"a"}"""), (index.Child("_index").Text(), index.Child("_id").Text()));
        Assert.Equal(System.Text.Encoding.UTF8.GetString(record.Value!), lines[1]);
        Assert.Equal("""{"id":"b"}""", JsonElement.Parse(lines[2]).Child("delete").Child("_id").Text());
    }

    [Fact]
    public async Task An_index_may_have_a_name_of_its_own()
    {
        Receiver.OnPost = (_, _) => new Answer(200, """{ "errors": false }""");

        await RunAsync(Bulk(("index", "\"wiki-{stream}\"")), Some.Record(0));

        Assert.Contains("\"_index\":\"wiki-test.input\"", Assert.Single(Receiver.Posts).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_that_is_too_many_is_sent_again_with_those_of_its_key_that_came_after_it()
    {
        Receiver.OnPost = (_, number) => number == 1 ? Results(Ok, Failed(429), Ok, Ok) : new Answer(200, """{ "errors": false }""");

        await RunAsync(Bulk(), Some.Record(0, "a"), Some.Record(1, "b"), Some.Record(2, "c"), Some.Record(3, "b"));

        Assert.Equal(["0", "1", "2", "3"], Numbers(Receiver.Posts[0]));
        Assert.Equal(["1", "3"], Numbers(Receiver.Posts[1]));
        Assert.True(Clock.Pauses.Count == 1, string.Join('\n', Log.Lines));
    }

    [Theory]
    [InlineData(403, "cluster_block_exception")]
    [InlineData(404, "index_not_found_exception")]
    [InlineData(503, "unavailable_shards_exception")]
    public async Task An_index_that_cannot_take_anything_for_now_makes_events_wait(int status, string type)
    {
        Receiver.OnPost = (_, number) => number < 3 ? Results(Failed(status, type)) : new Answer(200, """{ "errors": false }""");
        var runner = Runner(Bulk(), Sink());

        await runner.RunAsync([Some.Record(0)], CancellationToken.None);

        Assert.Equal((1, 0, 3), (runner.Tally.Emitted, runner.Tally.Failed, Receiver.Posts.Count));
    }

    [Fact]
    public async Task An_item_that_is_refused_goes_to_the_error_stream_with_its_reason_and_the_others_stay()
    {
        Receiver.OnPost = (_, _) => Results(Ok, Failed(400, "mapper_parsing_exception"), Ok);
        EventRecord[] records = [Some.Record(0, "a"), Some.Record(1, "b"), Some.Record(2, "c")];
        await WriteAsync(records);
        var runner = Runner(Bulk(), Sink());

        await runner.RunAsync(records, CancellationToken.None);

        Assert.Equal((2, 1), (runner.Tally.Emitted, runner.Tally.Failed));
        Assert.Single(Receiver.Posts);
        Assert.Equal(
            ["""refused_by_store: The sink refuses the output: {"id":"b"} of index 'test.input': mapper_parsing_exception: because (of that) (400)"""], await ErrorsAsync(1));
        Assert.Equal(3, await CheckpointAsync(Bulk()));
    }

    [Fact]
    public async Task What_is_to_be_deleted_and_is_not_there_is_no_error()
    {
        Receiver.OnPost = (_, _) => Results("""{ "delete": { "_index": "test.input", "result": "not_found", "status": 404 } }""");
        var runner = Runner(Bulk(), Sink());

        await runner.RunAsync([Delete(0, "a")], CancellationToken.None);

        Assert.Equal((1, 0), (runner.Tally.Emitted, runner.Tally.Failed));
    }

    [Theory]
    [InlineData("<html>Welcome to the proxy</html>")]
    [InlineData("{}")]
    [InlineData("""{ "errors": true, "items": [] }""")]
    [InlineData("""{ "errors": true, "items": [{ "index": {} }] }""")]
    [InlineData("""{ "errors": true, "items": [7] }""")]
    public async Task An_answer_that_says_nothing_of_the_items_is_no_success(string body)
    {
        Receiver.OnPost = (_, number) => new Answer(200, number == 1 ? body : """{ "errors": false }""");

        await RunAsync(Bulk(), Some.Record(0));

        Assert.Equal(2, Receiver.Posts.Count);
    }

    [Fact]
    public async Task An_event_without_its_key_is_refused_and_the_others_go_in()
    {
        Receiver.OnPost = (_, _) => new Answer(200, """{ "errors": false }""");
        EventRecord[] records = [Some.Record(0, change: body => body.Remove("id")), Some.Record(1)];
        await WriteAsync(records);

        await RunAsync(Bulk(), records);

        Assert.Equal(["1"], Numbers(Assert.Single(Receiver.Posts)));
        Assert.Contains("'.id' is missing", Assert.Single(await ErrorsAsync(1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "$schema": "/test/input/1.0.0", "meta": { "stream": "test.input" }, "id": "\ud800" }""")]
    [InlineData("""{ "$schema": "/test/input/1.0.0", "meta": { "stream": "test.input" }, "id": { "a": 1 } }""")]
    public async Task A_key_that_is_no_text_concerns_its_event_alone(string json)
    {
        Receiver.OnPost = (_, _) => new Answer(200, """{ "errors": false }""");
        var runner = Runner(Bulk(), Sink());

        await runner.RunAsync([Some.Raw(System.Text.Encoding.UTF8.GetBytes(json), 0), Some.Record(1)], CancellationToken.None);

        Assert.Equal((1, 1), (runner.Tally.Emitted, runner.Tally.Failed));
        Assert.Equal(["1"], Numbers(Assert.Single(Receiver.Posts)));
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("_hidden")]
    [InlineData("a/b")]
    [InlineData("{index}")]
    public void A_name_that_no_index_can_have_is_refused(string index)
    {
        var refusal = Assert.Throws<CatalogException>(() => Store().Require(Bulk(("index", $"\"{index}\""))));

        Assert.Contains($"Stages:Post:Settings:Index is '{index}'", refusal.Message, StringComparison.Ordinal);
    }
}
