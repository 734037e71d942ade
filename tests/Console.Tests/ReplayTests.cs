using System.Text.Json;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Local;
using Millrace.Local.Tests;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Console.Tests;

/// <summary>Failed events that are given to their stages once more.</summary>
public sealed class ReplayTests
{
    private const string Replays = "api/replays";

    private static readonly StreamPosition First = new(Input, 0, 7);
    private static readonly StreamPosition Second = new(Input, 0, 3);
    private static readonly ConsoleOptions Changing = new() { AllowChanges = true };

    [Fact]
    public async Task What_would_be_done_is_told_in_order_by_a_console_that_only_reads_and_nothing_is_written()
    {
        await using var console = await FilledAsync();

        var (status, plan) = await console.PostAsync(Replays, """{"selection":{"stage":"PageChange"},"dryRun":true}""");

        Assert.Equal((200, false, JsonValueKind.Null), (status, plan.GetProperty("done").GetBoolean(), plan.GetProperty("request").ValueKind));
        Assert.Equal(["mediawiki.revision-create/0/3", "mediawiki.revision-create/0/7"], plan.GetProperty("planned").EnumerateArray().Select(planned => planned.GetProperty("source").GetString()));
        Assert.Equal(["open", "open"], await StatesAsync(console));
    }

    [Fact]
    public async Task A_console_that_only_reads_replays_nothing()
    {
        await using var console = await FilledAsync();

        var (status, problem) = await console.PostAsync(Replays, Named(First, "\"dryRun\":false"));

        Assert.Equal((403, "This console only reads"), (status, problem.GetProperty("title").GetString()));
        Assert.Equal(["open", "open"], await StatesAsync(console));
    }

    [Fact]
    public async Task One_that_is_named_is_requested_once_and_the_action_is_logged()
    {
        await using var console = await FilledAsync(Changing);

        var (_, first) = await console.PostAsync(Replays, Named(First, "\"dryRun\":false"));
        var (_, second) = await console.PostAsync(Replays, Named(First, "\"dryRun\":false"));

        Assert.Equal((true, 1, 0), (first.GetProperty("done").GetBoolean(), first.GetProperty("plannedCount").GetInt32(), first.GetProperty("alreadyDoneCount").GetInt32()));
        Assert.Equal((0, 1), (second.GetProperty("plannedCount").GetInt32(), second.GetProperty("alreadyDoneCount").GetInt32()));
        var failed = await console.OkAsync($"api/errors/{Id(First)}");
        Assert.Equal(("requested", first.GetProperty("request").GetString()), (failed.GetProperty("state").GetString(), failed.GetProperty("mark").GetProperty("request").GetString()));
        Assert.Single(console.Log.Lines, line => line.StartsWith("Information: local replayed 1 error events", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_it_goes_on_it_tells_how_many_are_requested()
    {
        await using var console = await FilledAsync(Changing, more: 999);
        console.Cluster.Broker.Faults.Delay(TimeSpan.FromSeconds(1), ApiKey.EndTxn, 2, "PageChange.replay");

        var before = await console.OkAsync(Replays);
        var replay = console.PostAsync(Replays, """{"selection":{"stage":"PageChange"},"dryRun":false}""");
        var seen = new HashSet<(bool, long)>();
        while (!replay.IsCompleted)
        {
            var progress = await console.OkAsync(Replays);
            seen.Add((progress.GetProperty("running").GetBoolean(), progress.GetProperty("requested").GetInt64()));
        }

        Assert.Equal(1_001, (await replay).Body.GetProperty("plannedCount").GetInt32());
        Assert.Superset(new HashSet<(bool, long)> { (true, 0), (true, 1_000) }, seen);
        Assert.Equal((false, false), (before.GetProperty("running").GetBoolean(), (await console.OkAsync(Replays)).GetProperty("running").GetBoolean()));
    }

    [Fact]
    public async Task Whoever_asks_again_on_purpose_gets_it_again()
    {
        await using var console = await FilledAsync(Changing);
        await console.PostAsync(Replays, Named(First, "\"dryRun\":false"));

        var (_, again) = await console.PostAsync(Replays, Named(First, "\"dryRun\":false,\"again\":true"));

        Assert.Equal(1, again.GetProperty("plannedCount").GetInt32());
    }

    [Fact]
    public async Task Without_a_word_of_it_nothing_is_written()
    {
        await using var console = await FilledAsync(Changing);

        var (_, plan) = await console.PostAsync(Replays, Named(First));

        Assert.False(plan.GetProperty("done").GetBoolean());
        Assert.Equal(["open", "open"], await StatesAsync(console));
    }

    [Fact]
    public async Task What_is_resolved_is_listed_and_counted_no_more()
    {
        await using var console = await FilledAsync();
        var mark = new ErrorMark { ErrorId = Guid.Parse(Id(First)), Position = new StreamPosition(Errors, 0, 0), State = ErrorState.Resolved, Outcome = ErrorMark.Emitted, Request = Guid.NewGuid(), Time = Noon }.ToRecord("PageChange.error.resolved");

        await console.ProduceAsync(mark.Topic, mark.Value.ToArray(), mark.Key);

        Assert.Equal([Id(Second)], await IdsAsync("api/errors"));
        Assert.Equal([Id(First)], await IdsAsync("api/errors?state=resolved"));
        Assert.Equal([Id(Second)], await IdsAsync("api/errors?state=open"));
        Assert.Equal(2, (await IdsAsync("api/errors?state=all")).Count);
        Assert.Equal(400, (await console.GetAsync("api/errors?state=lost")).Status);
        var look = await console.FirstAsync("api/live", "status", look => ErrorsOf(look) is not null);
        Assert.Equal(1, ErrorsOf(look));

        async Task<List<string?>> IdsAsync(string path) => [.. (await console.OkAsync(path)).GetProperty("events").EnumerateArray().Select(failed => failed.GetProperty("id").GetString())];
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_corrected_copy_is_checked_before_it_takes_the_place(bool byPosition)
    {
        await using var console = await FilledAsync(Changing);
        var sample = (await console.OkAsync($"api/streams/{Input}")).GetProperty("sample");
        var copy = Complete(sample).GetRawText();
        var name = byPosition ? "PageChange.error/0/0" : Id(First);

        var (_, wrong) = await console.PostAsync("api/errors/validate", JsonSerializer.Serialize(new { id = name, @event = sample.GetRawText().Replace("\"rev_id\":42", "\"rev_id\":\"x\"", StringComparison.Ordinal) }));
        var (_, right) = await console.PostAsync("api/errors/validate", JsonSerializer.Serialize(new { id = name, @event = copy }));
        var (_, refused) = await console.PostAsync(Replays, JsonSerializer.Serialize(new { ids = new[] { name }, @event = "{}", dryRun = false }));
        var (_, done) = await console.PostAsync(Replays, JsonSerializer.Serialize(new { ids = new[] { name }, @event = copy, dryRun = false }));

        Assert.False(wrong.GetProperty("valid").GetBoolean());
        Assert.Contains("rev_id", wrong.GetProperty("problems")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True(right.GetProperty("valid").GetBoolean(), right.GetRawText());
        Assert.Equal((0, 1), (refused.GetProperty("plannedCount").GetInt32(), refused.GetProperty("refusedCount").GetInt32()));
        Assert.Contains("corrected copy", refused.GetProperty("refused")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(done.GetProperty("planned")[0].GetProperty("isEdited").GetBoolean(), done.GetRawText());
        Assert.True((await console.OkAsync($"api/errors/{name}")).GetProperty("mark").GetProperty("isEdited").GetBoolean());
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        await using var console = await FilledAsync(Changing);

        var (_, plan) = await console.PostAsync(Replays, """{"ids":["nothing"],"dryRun":true}""");
        var (status, _) = await console.PostAsync("api/errors/validate", """{"id":"PageChange.error/0/99","event":"{}"}""");

        Assert.Equal(("nothing", 404), (plan.GetProperty("unknown")[0].GetString(), status));
    }

    [Theory]
    [InlineData("{}", "Nothing says what to replay")]
    [InlineData("""{"selection":{}}""", "Nothing says what to replay")]
    [InlineData("""{"ids":["a"],"selection":{"type":"x"}}""", "Nothing says what to replay, or too much")]
    [InlineData("""{"ids":["a","b"],"event":"{}"}""", "A corrected copy takes the place of one event")]
    [InlineData("""{"selection":{"from":"yesterday"}}""", "from is 'yesterday'; allowed is")]
    [InlineData("""{"selection":{"stage":"Nope"}}""", "--stage is 'Nope'")]
    [InlineData("""{"ids":"a"}""", "The body is not JSON of the form")]
    [InlineData("{", "The body is not JSON of the form")]
    [InlineData("null", "The body is null.")]
    public async Task What_cannot_be_used_is_told(string body, string detail)
    {
        await using var console = await ObservedConsole.StartAsync(Changing);

        var (status, problem) = await console.PostAsync(Replays, body);

        Assert.Equal(400, status);
        Assert.StartsWith(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_may_be_named_are_refused()
    {
        await using var console = await ObservedConsole.StartAsync(Changing);

        var (status, problem) = await console.PostAsync(Replays, JsonSerializer.Serialize(new { ids = Enumerable.Range(0, ReplayApi.MostNamed + 1).Select(number => $"{number}") }));

        Assert.Equal((400, "ids names 1001 events; allowed are 1000. Choose by selection."), (status, problem.GetProperty("detail").GetString()));
    }

    private static string Id(StreamPosition source) => EventIds.Of("PageChange.error", source);

    private static string Named(StreamPosition source, string more = "") => $$"""{"ids":["{{Id(source)}}"]{{(more.Length > 0 ? "," : "")}}{{more}}}""";

    private static long? ErrorsOf(JsonElement look) => look.GetProperty("stages").EnumerateArray().First(stage => stage.GetProperty("stage").GetString() == "PageChange").GetProperty("errors") is { ValueKind: JsonValueKind.Object } errors
        ? errors.GetProperty("events").GetInt64() : null;

    // What the intake would fill in has to be there in what is replayed.
    private static JsonElement Complete(JsonElement sample) =>
        JsonElement.Parse(sample.GetRawText().Replace("\"meta\":{", "\"meta\":{\"id\":\"5f0e6c1e-6a53-8d0e-9b35-0d5b0c9d3f11\",\"dt\":\"2026-01-31T12:00:00Z\",", StringComparison.Ordinal));

    private static async Task<ObservedConsole> FilledAsync(ConsoleOptions? options = null, int more = 0)
    {
        var console = await ObservedConsole.StartAsync(options);
        IEnumerable<StreamPosition> sources = [First, Second, .. Enumerable.Range(100, more).Select(offset => new StreamPosition(Input, 0, offset))];
        await Task.WhenAll(sources.Select(source => console.Cluster.ProduceAsync(Errors, 0, Error(source, raw: """{"page_id":null}"""))));
        return console;
    }

    private static async Task<List<string?>> StatesAsync(ObservedConsole console) =>
        [.. (await console.OkAsync("api/errors?state=all")).GetProperty("events").EnumerateArray().Select(failed => failed.GetProperty("state").GetString())];
}
