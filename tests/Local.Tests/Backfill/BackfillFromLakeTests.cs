using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Connectors;
using Millrace.Core;
using Millrace.Kafka;
using Millrace.Schemas;

namespace Millrace.Local.Tests;

/// <summary><c>millrace backfill --from-lake</c>: the events of a table, at the positions that they had in Kafka.</summary>
public sealed class BackfillFromLakeTests : BackfillFixture
{
    private const string Table = "mediawiki_revision_create";

    // Of the events; the records' own are another.
    private static readonly DateTimeOffset Start = new(2026, 7, 5, 9, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-lake-").FullName;

    private string Lake => Path.Combine(_directory, "lake");

    [Fact]
    public async Task Between_two_times_each_event_gives_what_the_live_stage_gave()
    {
        await FillAsync(30);

        // Ten minutes from one event to the next, and every fourth an hour late.
        var summary = Complete(["--from-lake", Lake, "--topic", Topic, "--from", Iso8601.Format(Start), "--to", Iso8601.Format(Start.AddHours(2)), "--parallel", "1"]);

        var expected = Enumerable.Range(0, Partitions).SelectMany(partition => Enumerable.Range(0, 30).Where(offset => MinutesOf(offset) < 120).Select(offset => IdOf(partition, offset))).ToList();
        var ids = await IdsAsync(Live);
        Assert.Equal(expected.Order(), ids.Order());
        var first = expected.Take(expected.Count / Partitions).ToHashSet();
        Assert.Equal(expected.Take(first.Count), ids.Where(first.Contains));
        Assert.Equal((expected.Count, expected.Count, true), ((int)summary.Child("in").Number()!, (int)summary.Child("emitted").Number()!, summary.Child("complete").Flag()));
    }

    [Fact]
    public async Task The_same_command_again_does_nothing_more_whatever_came_or_was_compacted_since()
    {
        await FillAsync(10);
        string[] arguments = ["--from-lake", Lake, "--topic", Topic, "--from", "earliest"];
        Complete(arguments);
        await FillAsync(5);
        await new Compaction(LakePlace.Open(Lake), Table, TimeProvider.System).RunAsync(null, default);

        var again = Complete(arguments);

        Assert.Equal(10 * Partitions, (await IdsAsync(Live)).Count);
        Assert.Equal((20, 0), (again.Child("total").Number(), again.Child("in").Number()));
    }

    [Fact]
    public async Task Killed_it_goes_on_where_it_was_and_each_event_is_there_once()
    {
        const int Each = 6_000;
        await FillAsync(Each);
        string[] arguments = Arguments("--from-lake", Lake, "--topic", Topic, "--from", "earliest");
        using (var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(BackfillCommand).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await foreach (var _ in new TopicReader(Kafka).ReadAsync([Live], patience.Token))
            {
                break;
            }

            process.Kill();
            await process.WaitForExitAsync();
            Assert.NotEqual(0, process.ExitCode);
        }

        var before = (await IdsAsync(Live)).Count;
        var run = RunAs(arguments);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.InRange(before, 1, (Each * Partitions) - 1);
        Assert.Equal(Enumerable.Range(0, Partitions).SelectMany(partition => Enumerable.Range(0, Each).Select(offset => IdOf(partition, offset))).Order(), (await IdsAsync(Live)).Order());
        Assert.Equal((Each * Partitions) - before, JsonElement.Parse(run.Output).Child("emitted").Number());
    }

    [Fact]
    public async Task A_copy_of_a_lake_stage_fills_another_table_and_marks_no_hour()
    {
        await FillAsync(6);
        var (catalog, copy) = (Directory.CreateDirectory(Path.Combine(_directory, "catalog")).FullName, Path.Combine(_directory, "copy"));
        var stages = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "stages.json")))!;
        stages["stages"]!["ToLake"] = JsonSerializer.SerializeToNode(new { connector = "lake", inputs = new[] { Topic }, settings = new { path = copy } });
        await File.WriteAllTextAsync(Path.Combine(catalog, "stages.json"), stages.ToJsonString());
        File.Copy(Path.Combine(AppContext.BaseDirectory, "streams.json"), Path.Combine(catalog, "streams.json"));

        var run = RunAs("backfill", "--stage", "ToLake", "--kafka", Kafka.BootstrapServers!, "--json", "--from-lake", Lake, "--from", "earliest", "--setting", $"Millrace:Catalog={catalog}");

        Assert.True(run.ExitCode == 0, run.Error);
        var (from, to) = (await new DeltaLog(LakePlace.Open(Lake), Table).ReadAsync(default), await new DeltaLog(LakePlace.Open(copy), Table).ReadAsync(default));
        Assert.Equal(from.Files.Values.Sum(file => file.Rows), to.Files.Values.Sum(file => file.Rows));
        Assert.DoesNotContain(Directory.GetFiles(copy, "_SUCCESS", SearchOption.AllDirectories), _ => true);
    }

    [Theory]
    [InlineData("there is no table in it", "EMPTY", "--from", "earliest")]
    [InlineData("The lake's path is 'ftp://x/y'", "ftp://x/y", "--from", "earliest")]
    [InlineData("The lake's path is '", "FILE", "--from", "earliest")]
    [InlineData("it has no table 'mediawiki_page_create' of stream mediawiki.page-create, but mediawiki_revision_create", "LAKE", "--from", "earliest")]
    [InlineData("--from is '12'; allowed beside --from-lake is a time", "LAKE", "--from", "12", "--topic", Topic)]
    [InlineData("--to is 'soon'; allowed beside --from-lake is a time", "LAKE", "--from", "earliest", "--to", "soon", "--topic", Topic)]
    [InlineData("--from and --to leave nothing of the partitions", "LAKE", "--from", "2030-01-01T00:00:00Z", "--topic", Topic)]
    public async Task What_cannot_be_used_is_refused_by_its_name(string message, string place, params string[] arguments)
    {
        await FillAsync(2);
        Directory.CreateDirectory(Path.Combine(_directory, "empty"));
        await File.WriteAllTextAsync(Path.Combine(_directory, "file"), "");
        var path = place switch { "LAKE" => Lake, "EMPTY" => Path.Combine(_directory, "empty"), "FILE" => Path.Combine(_directory, "file"), _ => place };

        var run = Run(["--from-lake", path, .. arguments]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_ends_before_the_events_is_not_theirs()
    {
        await FillAsync(3, withTopic: false);

        var run = Run("--from-lake", Lake, "--topic", Topic, "--from", "earliest");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("it has events of mediawiki.revision-create/0 up to offset 3, and the topic ends at 0", run.Error, StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Directory.Delete(_directory, recursive: true);
    }

    // Every fourth event comes an hour late.
    private static int MinutesOf(int offset) => Math.Max(0, (offset * 10) - (offset % 4 == 3 ? 60 : 0));

    // As ToLake would from the topic, but for the events' times.
    private async Task FillAsync(int perPartition, bool withTopic = true)
    {
        if (withTopic)
        {
            Write(perPartition);
        }

        var (schemas, samples) = (new SchemaRepositoryOptions(), new SampleEvents(1));
        schemas.Bases.Add(Path.Combine(AppContext.BaseDirectory, "jsonschema"));
        var stage = new StageDefinition
        {
            Name = "ToLake",
            Connector = "lake",
            Inputs = [new StreamDefinition { Name = Topic, SchemaTitle = "mediawiki/revision/create", Topics = [Topic] }],
            ErrorStream = new StreamDefinition { Name = "ToLake.error", SchemaTitle = "error", Topics = ["ToLake.error"] },
            Settings = JsonSerializer.SerializeToElement(new { path = Lake }),
        };
        await using var store = new LakeStore(new ConfigurationBuilder().Build(), new SchemaRepository(schemas, null, TimeProvider.System), TimeProvider.System, NullLogger<LakeStore>.Instance);
        for (var partition = 0; partition < Partitions; partition++)
        {
            await using var session = await store.OpenAsync(stage, new StreamPartition(Topic, partition), default);
            var first = (int)session.Checkpoint;
            foreach (var batch in Enumerable.Range(first, perPartition).Chunk(1 + (perPartition / 3)))
            {
                foreach (var offset in batch)
                {
                    var edit = JsonNode.Parse(NextEdit(samples).Value)!;
                    edit["meta"]!["dt"] = Iso8601.Format(Start.AddMinutes(MinutesOf(offset) % 600));
                    edit["meta"]!["id"] = Guid.NewGuid().ToString();
                    var record = new EventRecord { Position = new StreamPosition(Topic, partition, offset), Value = Encoding.UTF8.GetBytes(edit.ToJsonString()) };
                    await session.AppendAsync(new ProcessedRecord(record, new Outcome.Emitted([]), [], (string)edit["$schema"]!), default);
                }

                await session.CommitAsync(batch[^1] + 1, default);
                await store.FlushAsync(default);
            }
        }
    }

    private static FeedEvent NextEdit(SampleEvents samples)
    {
        FeedEvent edit;
        do
        {
            edit = samples.Next(Start);
        }
        while (edit.Stream != Topic);

        return edit;
    }
}
