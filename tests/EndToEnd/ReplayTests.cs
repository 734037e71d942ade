using System.Text;
using System.Text.Json;
using Millrace.Core;
using Millrace.Kafka;
using Millrace.Local;
using Xunit.Abstractions;

namespace Millrace.EndToEnd;

/// <summary>Failed events are given to their stages once more, each once, in order, whoever dies meanwhile.</summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    private const string Output = PageChangeCluster.Output;
    private static readonly StageDefinition PageChange = PageChangeCluster.PageChange;

    [Fact]
    public async Task A_failed_event_is_corrected_and_replayed_in_a_running_session()
    {
        using var millrace = new MillraceCommand();
        var edit = Encoding.UTF8.GetString(new SampleEvents(1).Next(DateTimeOffset.UnixEpoch.AddYears(56)).Value);
        var broken = edit.Replace("\"rev_id\":", "\"rev_idee\":", StringComparison.Ordinal);
        using var dev = millrace.Start("dev", "--port", "0", "--input", millrace.Write("edits.ndjson", [Encoding.UTF8.GetBytes(broken)]));
        await dev.SaysAsync("Waiting for the functions' partitions");
        var failed = (await millrace.RunAsync("tail", "PageChange.error", "--from", "earliest", "--count", "1", "--json")).Summary.GetProperty("event");
        var id = failed.GetProperty("meta").GetProperty("id").GetString()!;

        var refused = await millrace.RunAsync("errors", "replay", id, "--edit", millrace.Write("other.json", [Encoding.UTF8.GetBytes(edit.Replace("\"page_id\":", "\"page_id\":1", StringComparison.Ordinal))]));
        var replayed = await millrace.RunAsync("errors", "replay", id, "--json", "--edit", millrace.Write("edit.json", [Encoding.UTF8.GetBytes(edit)]));
        var made = (await millrace.RunAsync("tail", Output, "--from", "earliest", "--count", "1", "--json")).Summary;
        await millrace.RunAsync("tail", "mediawiki.page_content_change.v1", "--from", "earliest", "--count", "1", "--json");
        var again = await millrace.RunAsync("errors", "replay", id, "--json");
        var (status, shown) = (await millrace.RunAsync("status", "--json", "--interval", "0"), await millrace.RunAsync("errors", "show", id, "--json"));
        await dev.SignalAsync("TERM");
        await dev.EndAsync();

        Assert.True(refused.ExitCode == 1 && refused.Output.Contains("what comes under another key has another order", StringComparison.Ordinal), refused.Output + refused.Error);
        Assert.True(replayed.ExitCode == 0, replayed.Output + replayed.Error);
        Assert.Equal((1, 0), (replayed.Summary.GetProperty("planned_count").GetInt32(), again.Summary.GetProperty("planned_count").GetInt32()));
        Assert.Equal(JsonElement.Parse(edit).Child("rev_id").Number(), made.GetProperty("event").Child("revision").Child("rev_id").Number());
        Assert.Equal(0, status.Stage("PageChange").GetProperty("errors").GetInt64());
        var mark = shown.Summary.GetProperty("mark");
        Assert.Equal(("resolved", "emitted", true), (shown.Summary.GetProperty("state").GetString(), mark.GetProperty("outcome").GetString(), mark.GetProperty("is_edited").GetBoolean()));
    }

    [Fact]
    public async Task A_stage_that_is_killed_while_it_replays_makes_each_event_once_in_order_and_marks_it()
    {
        const int Events = 300;
        var seed = Environment.GetEnvironmentVariable("MILLRACE_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"MILLRACE_SEED={seed}");
        var random = new Random(seed);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(180));
        using var cluster = new PageChangeCluster();
        var inputs = cluster.Fail(new SampleEvents(seed), Events);
        var plan = (await new Replay(cluster.Platform, new Testing.AnySchema(), TimeProvider.System).RunAsync(new ReplaySelection(), null, patience.Token)).Plan;
        Assert.Equal(Events, plan.PlannedCount);
        var settings = cluster.Settings("PageChange", "PageChange_1", "PageChange_replay");
        var (made, kills) = (new List<EventRecord>(), new Queue<int>([20 + random.Next(40), 120 + random.Next(40), 220 + random.Next(40)]));
        var worker = WorkerProcess.Start(settings);
        try
        {
            await foreach (var record in new TopicReader(cluster.Kafka).ReadAsync([Output], patience.Token))
            {
                made.Add(record);
                if (kills.TryPeek(out var due) && made.Count >= due)
                {
                    kills.Dequeue();
                    await worker.KillAsync();
                    worker.Dispose();
                    worker = WorkerProcess.Start(settings);
                }

                if (made.Select(Id).Distinct().Count() == Events)
                {
                    break;
                }
            }

            while ((await cluster.MarksAsync()).Count(mark => mark.State == ErrorState.Resolved) < Events)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
            }
        }
        finally
        {
            output.WriteLine(worker.Said);
            worker.Dispose();
        }

        Assert.Empty(kills);
        Assert.Equal(inputs.Select(input => OutputId.Create("PageChange", input.Position, 0)).Order(), (await cluster.ReadAsync(Output)).Select(Id).Order());
        Assert.All(made, record => Assert.NotNull(ReplayStamp.Read(record)));
        Assert.All(made.GroupBy(record => Convert.ToHexString(record.Key!)), page => Assert.Equal(
            page.OrderBy(record => record.Position.Offset).Select(record => ReplayStamp.Read(record)!.Origin.Offset),
            page.Select(record => ReplayStamp.Read(record)!.Origin.Offset).Order()));
        Assert.Equal(Events, (await cluster.MarksAsync()).Count(mark => mark.State == ErrorState.Resolved));
    }

    [Fact]
    public async Task A_stage_works_where_nobody_made_its_topics_of_replays()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var cluster = new PageChangeCluster(withOwnTopics: false);
        var fed = cluster.Feed(new SampleEvents(5), 50);
        using var worker = WorkerProcess.Start(cluster.Settings("PageChange", "PageChange_1", "PageChange_replay"));
        var made = new HashSet<string>();
        try
        {
            await foreach (var record in new TopicReader(cluster.Kafka).ReadAsync([Output], patience.Token))
            {
                made.Add(Id(record));
                if (made.Count == fed.Length)
                {
                    break;
                }
            }
        }
        finally
        {
            output.WriteLine(worker.Said);
        }

        Assert.Equal(fed.Select(input => OutputId.Create("PageChange", input.Position, 0)).Order(), made.Order());
        Assert.DoesNotContain(PageChange.ReplayTopic, cluster.Broker.Topics.Keys);
    }

    private static string Id(EventRecord record) => JsonElement.Parse(record.Value).Child("meta").Child("id").Text()!;
}
