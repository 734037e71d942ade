using Millrace.Core;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

public sealed class ErrorsCommandTests : IDisposable
{
    private static readonly StreamPosition First = new(Input, 0, 7);
    private static readonly StreamPosition Second = new("mediawiki.page-create", 1, 8);
    private static readonly StreamPosition Third = new(Output, 0, 9);

    private readonly ObservedCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData("789")]
    [InlineData("7", "--type", "malformed_json")]
    [InlineData("79", "--type", "malformed_json,timeout")]
    [InlineData("9", "--stage", "PageContentChange")]
    [InlineData("8", "--stream", "mediawiki.page-create")]
    [InlineData("8", "--text", "PAGE_ID")]
    [InlineData("7", "--text", "<needle>")]
    [InlineData("89", "--from", "2026-01-31T12:00:02Z")]
    [InlineData("7", "--to", "2026-01-31T12:00:02Z")]
    [InlineData("", "--type", "malformed_json", "--stage", "PageContentChange")]
    public async Task List_finds_by_type_stage_stream_text_and_time(string offsets, params string[] arguments)
    {
        await FillAsync();

        var (exitCode, output) = await _cluster.RunJsonAsync(List(), ["list", .. arguments]);

        var found = output.GetProperty("events").EnumerateArray().Select(failed => failed.GetProperty("source").GetString()!.Split('/')[^1]).Order();
        Assert.Equal((0, offsets, offsets.Length), (exitCode, string.Concat(found), output.GetProperty("matching").GetInt32()));
    }

    [Fact]
    public async Task Those_that_are_not_shown_are_counted_by_type()
    {
        await FillAsync();

        var (_, output) = await _cluster.RunJsonAsync(List(), "list", "--count", "0");

        Assert.Equal(0, output.GetProperty("events").GetArrayLength());
        Assert.Equal(["invalid_event", "malformed_json", "timeout"], output.GetProperty("types").EnumerateArray().Select(type => type.GetProperty("type").GetString()).Order());
    }

    [Fact]
    public async Task Where_there_are_more_than_may_be_read_it_reads_the_newest_and_says_so()
    {
        for (var offset = 0; offset < 10; offset++)
        {
            await _cluster.ProduceAsync(Errors, 0, Error(new StreamPosition(Input, 0, offset)));
        }

        var (_, output) = await _cluster.RunJsonAsync(List(), "list", "--stage", "PageChange", "--most", "4");

        Assert.False(output.GetProperty("complete").GetBoolean());
        Assert.Equal(["6", "7", "8", "9"], output.GetProperty("events").EnumerateArray().Select(failed => failed.GetProperty("source").GetString()!.Split('/')[^1]).Order());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"meta\":5}")]
    public async Task A_record_that_is_no_error_event_is_counted_and_stops_nobody(string value)
    {
        await _cluster.ProduceAsync(Errors, 0, value);
        await FillAsync();

        var run = await _cluster.RunAsync(List(), "list");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.EndsWith("3 of 4 error events. 1 records are no error events.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_opens_one_by_its_id()
    {
        await FillAsync();

        var run = await _cluster.RunAsync(List(), "show", EventIds.Of("PageChange.error", First));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("type       malformed_json\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("input      mediawiki.revision-create/0/7\n", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("{ <Needle> \uFFFD[2J\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_opens_one_by_its_position_and_gives_back_the_input()
    {
        await FillAsync();

        var (exitCode, output) = await _cluster.RunJsonAsync(List(), "show", "PageChange.error/1/0");

        Assert.Equal((0, """{"page_id":null}"""), (exitCode, output.GetProperty("raw_event").GetString()));
    }

    [Theory]
    [InlineData("PageChange.error/0/99")]
    [InlineData("nothing")]
    public async Task What_is_not_there_is_exit_code_1(string id)
    {
        await FillAsync();

        var run = await _cluster.RunAsync(List(), "show", id);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains($"No error event has the id or the position '{id}'", run.Error, StringComparison.Ordinal);
    }

    private static System.CommandLine.Command List() => ErrorsCommand.Create();

    [Theory]
    [InlineData("789")]
    [InlineData("89", "--state", "open")]
    [InlineData("7", "--state", "requested")]
    [InlineData("6", "--state", "resolved")]
    [InlineData("5", "--state", "failed")]
    [InlineData("56789", "--state", "all")]
    public async Task List_finds_by_what_has_become_of_them_and_first_of_all_those_that_are_unresolved(string offsets, params string[] arguments)
    {
        await FillAsync();
        await MarkAsync(First, ErrorState.Requested);
        await MarkAsync(First with { Offset = 6 }, ErrorState.Resolved);
        await MarkAsync(First with { Offset = 5 }, ErrorState.FailedAgain);
        await _cluster.ProduceAsync(Errors, 0, Error(First with { Offset = 6 }));
        await _cluster.ProduceAsync(Errors, 0, Error(First with { Offset = 5 }));

        var (exitCode, output) = await _cluster.RunJsonAsync(List(), ["list", .. arguments]);
        var (_, status) = await _cluster.RunJsonAsync(StatusCommand.Create(), "--interval", "0");

        Assert.Equal((0, offsets), (exitCode, string.Concat(output.GetProperty("events").EnumerateArray().Select(failed => failed.GetProperty("source").GetString()!.Split('/')[^1]).Order())));
        Assert.Equal(3, status.GetProperty("stages").EnumerateArray().Sum(stage => stage.GetProperty("errors").GetInt64()));
    }

    [Theory]
    [InlineData("Nothing says what to replay", "replay")]
    [InlineData("--type chooses among all error events, and 1 are named", "replay", "a", "--type", "timeout")]
    [InlineData("A corrected copy takes the place of one event, and none is named", "replay", "--stage", "PageChange", "--edit", "-")]
    [InlineData("--edit is 'nowhere.json', which is no file", "replay", "a", "--edit", "nowhere.json")]
    [InlineData("--state is 'closed'; allowed is open, requested, resolved, failed, unresolved or all", "list", "--state", "closed")]
    public async Task What_cannot_be_meant_is_refused_with_the_reason(string reason, params string[] arguments)
    {
        var run = await _cluster.RunAsync(List(), arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    // Wherever the error event of an input stands, it is not behind this.
    private async Task MarkAsync(StreamPosition input, ErrorState state)
    {
        var mark = new ErrorMark { ErrorId = Guid.Parse(EventIds.Of("PageChange.error", input)), Position = new StreamPosition(Errors, 0, 1_000), State = state, Request = Guid.NewGuid(), Time = Noon }.ToRecord("PageChange.error.resolved");
        if (!_cluster.Broker.Topics.ContainsKey(mark.Topic))
        {
            _cluster.Broker.CreateTopic(mark.Topic, 1);
        }

        using var producer = new Confluent.Kafka.ProducerBuilder<byte[], byte[]>(_cluster.Kafka.CreateProducerConfig()).Build();
        await producer.ProduceAsync(mark.Topic, new Confluent.Kafka.Message<byte[], byte[]> { Key = mark.Key!, Value = mark.Value });
    }

    private async Task FillAsync()
    {
        await _cluster.ProduceAsync(Errors, 0, Error(First, "malformed_json", "no JSON", "{ <Needle> \u001b[2J"), second: 1);
        await _cluster.ProduceAsync(Errors, 1, Error(Second, raw: """{"page_id":null}"""), second: 2);
        await _cluster.ProduceAsync("PageContentChange.error", 0, Error(Third, "timeout", "too slow", stage: "PageContentChange"), second: 3);
    }
}
