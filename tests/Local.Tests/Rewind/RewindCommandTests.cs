using Confluent.Kafka;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Kafka;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

/// <summary><c>millrace rewind</c> as a whole, on a stage that had settled three events of one partition.</summary>
public sealed class RewindCommandTests : IDisposable
{
    private const string Checkpoints = "PageChange.checkpoint";
    private const string Trigger = "PageChange";

    private readonly ObservedCluster _cluster = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("millrace-rewind-").FullName;

    public void Dispose()
    {
        _cluster.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("earliest", 0)]
    [InlineData("1", 1)]
    [InlineData("1:2", 2)]
    [InlineData("2026-01-31T12:00:01Z", 1)]
    [InlineData("2026-01-31T12:00:00.5Z", 1)]
    [InlineData("2020-01-31T12:00:00Z", 0)]
    public async Task Both_groups_go_back_to_where_it_says(string to, long offset)
    {
        await FillAsync();

        var run = await RunAsync("--topic", Input, "--partition", "1", "--to", to, "--yes");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal((offset, offset), (Committed(Checkpoints), Committed(Trigger)));
        Assert.EndsWith("Done: it goes on there when it is started.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_before_what_is_done_again_since_when_and_what_that_means()
    {
        await FillAsync();

        var run = await RunAsync("--to", "1", "--topic", Input, "--partition", "1", "--dry-run");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"{Input}/1  3      1        2      0        2026-01-31T12:00:01.000Z", run.Output, StringComparison.Ordinal);
        Assert.Contains("Up to 2 events are worked on again. What becomes of them is written again, with the same meta.id, by which consumers tell repetitions; error events come again, with the same ids.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await FillAsync();

        var run = await RunAsync("--to", "earliest", "--dry-run");

        Assert.Equal((0L, 3L, 3L), (run.ExitCode, Committed(Checkpoints), Committed(Trigger)));
        Assert.EndsWith("Nothing was changed.\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stage_that_runs_is_left_alone_and_it_says_how_to_stop_it()
    {
        await FillAsync();
        using var member = _cluster.Join(Trigger, Input);

        var run = await RunAsync("--to", "earliest", "--yes");

        Assert.Equal((1L, 3L, 3L), (run.ExitCode, Committed(Checkpoints), Committed(Trigger)));
        Assert.Contains("Stage PageChange runs: its group has 1 member. Stop it first: end `millrace dev`", run.Error, StringComparison.Ordinal);
        Assert.Contains("kubectl annotate scaledobject page-change autoscaling.keda.sh/paused-replicas=0", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stage_that_is_started_after_it_was_looked_at_is_found_before_a_checkpoint_is_touched()
    {
        await FillAsync();
        await using var checkpoints = new InterruptedCheckpoints(_cluster.Kafka, allowed: 0);
        var plan = await PlanAsync(checkpoints);
        using var member = _cluster.Join(Trigger, Input);

        var refusal = await Assert.ThrowsAsync<UsageException>(() => new Rewind(_cluster.Platform, checkpoints).RunAsync(plan, default));

        Assert.Contains("was started meanwhile; nothing was changed", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(3, Committed(Checkpoints));
    }

    [Fact]
    public async Task Where_there_is_no_datacenter_a_pause_is_refused_with_what_to_do()
    {
        await FillAsync();

        var run = await RunAsync("--to", "earliest", "--yes", "--pause");

        Assert.Equal((2L, 3L), (run.ExitCode, Committed(Checkpoints)));
        Assert.Contains("--pause needs --datacenter, which says where.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_transaction_of_a_worker_that_was_stopped_comes_to_nothing()
    {
        await FillAsync();
        using var zombie = (IProducer<byte[]?, byte[]?>)_cluster.Transact($"PageChange.{Input}.1", commit: null, (Output, 0, Event("zombie")));
        using var group = new ConsumerBuilder<byte[], byte[]>(_cluster.Kafka.CreateConsumerConfig(Checkpoints)).SetLogHandler((_, _) => { }).Build();
        zombie.SendOffsetsToTransaction([new TopicPartitionOffset(Input, 1, 3)], group.ConsumerGroupMetadata, TimeSpan.FromSeconds(60));

        var run = await RunAsync("--to", "earliest", "--yes");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.ThrowsAny<KafkaException>(() => zombie.CommitTransaction());
        Assert.Equal(0, Committed(Checkpoints));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Killed_between_the_groups_and_given_again_it_comes_to_the_same_end(int checkpointsSet)
    {
        await FillAsync();
        await FillAsync(partition: 0);
        await using var checkpoints = new InterruptedCheckpoints(_cluster.Kafka, checkpointsSet);
        await Assert.ThrowsAsync<SinkException>(async () => await new Rewind(_cluster.Platform, checkpoints).RunAsync(await PlanAsync(checkpoints), default));

        Assert.Equal((0L, 0L), (Committed(Trigger), Committed(Trigger, 0)));
        Assert.Equal(3 * (2 - checkpointsSet), Committed(Checkpoints) + Committed(Checkpoints, 0));
        Assert.Equal(0, (await RunAsync("--to", "earliest", "--yes")).ExitCode);

        Assert.Equal((0L, 0L), (Committed(Checkpoints), Committed(Checkpoints, 0)));
        Assert.Contains("Nothing to do", (await RunAsync("--to", "earliest", "--yes")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_skipped_only_where_that_is_said()
    {
        await FillAsync();
        _cluster.Commit(Checkpoints, Input, 1, 1);

        var refused = await RunAsync("--to", "3", "--topic", Input, "--partition", "1", "--yes");

        Assert.Equal((1, 1), (refused.ExitCode, Committed(Checkpoints)));
        Assert.Contains("UP TO 2 EVENTS ARE NEVER WORKED ON", refused.Output, StringComparison.Ordinal);
        Assert.Contains("say --skip", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("--to", "3", "--topic", Input, "--partition", "1", "--yes", "--skip")).ExitCode);
        Assert.Equal(3, Committed(Checkpoints));
    }

    [Theory]
    [InlineData("--to is 4, and mediawiki.revision-create/1 has offsets from 0 up to its end, 3.", "--topic", Input, "--partition", "1", "--to", "4")]
    [InlineData("--to is 2999-01-01T00:00:00.000Z, a time to come; allowed is a time that has passed.", "--to", "2999-01-01T00:00:00Z")]
    [InlineData("--to is 'soon'; allowed is a time such as", "--to", "soon")]
    [InlineData("--topic is 'nope'; stage PageChange reads ", "--to", "earliest", "--topic", "nope")]
    [InlineData("There is no partition 7; mediawiki.revision-create has 0 to 1.", "--to", "earliest", "--topic", Input, "--partition", "7")]
    [InlineData("There is no partition 7; mediawiki.revision-create has 0 to 1.", "--to", "0:1,7:1", "--topic", Input)]
    [InlineData("--partition is 1, of which --to says nothing.", "--to", "0:1", "--topic", Input, "--partition", "1")]
    [InlineData("--to names partitions, and stage PageChange reads 2 topics", "--to", "0:1")]
    [InlineData("There is nobody to ask whether that is wanted: say --yes, or --dry-run.", "--to", "earliest")]
    public async Task What_cannot_be_is_refused_with_its_name_its_value_and_what_is_allowed(string problem, params string[] arguments)
    {
        await FillAsync();

        var run = await _cluster.RunAsync(RewindCommand.Create(), ["--stage", "PageChange", .. arguments]);

        Assert.Equal((2L, 3L), (run.ExitCode, Committed(Checkpoints)));
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_records_that_are_gone_or_were_never_committed_nothing_is_done_again()
    {
        await FillAsync();
        using var aborted = _cluster.Transact("aborted", commit: false, (Input, 1, Event("aborted")));
        _cluster.Commit(Checkpoints, Input, 1, 5);

        var run = await RunAsync("--to", "3", "--topic", Input, "--partition", "1", "--yes");

        Assert.Contains("Nothing to do", run.Output, StringComparison.Ordinal);
        Assert.Equal(5, Committed(Checkpoints));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 3)]
    public async Task On_a_terminal_it_asks(bool agrees, long checkpoint)
    {
        await FillAsync();
        var console = new ScriptedConsole().Type(agrees ? "y" : "n");

        var run = await _cluster.RunAsync(RewindCommand.Create(console), "--stage", "PageChange", "--to", "earliest");

        Assert.Equal((agrees ? 0 : 1, checkpoint), (run.ExitCode, Committed(Checkpoints)));
    }

    [Fact]
    public async Task As_JSON_it_says_the_same()
    {
        await FillAsync();

        var (exitCode, output) = await _cluster.RunJsonAsync(RewindCommand.Create(), "--stage", "PageChange", "--to", "earliest", "--yes");

        Assert.Equal((0, true, 3, 0), (exitCode, output.GetProperty("done").GetBoolean(), output.GetProperty("again").GetInt64(), output.GetProperty("skipped").GetInt64()));
        var partition = output.GetProperty("partitions").EnumerateArray().Single(partition => partition.GetProperty("again").GetInt64() > 0);
        Assert.Equal((Input, 1, 3, 0), (
            partition.GetProperty("topic").GetString(), partition.GetProperty("partition").GetInt32(), partition.GetProperty("checkpoint").GetInt64(), partition.GetProperty("to").GetInt64()));
        Assert.Equal(Noon, partition.GetProperty("since").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_lake_is_refused_with_the_reason_and_what_to_do_instead()
    {
        File.WriteAllText(Path.Combine(_directory, "streams.json"), $$"""{ "streams": { "{{Input}}": { "schema_title": "in" } } }""");
        File.WriteAllText(Path.Combine(_directory, "stages.json"), $$"""{ "stages": { "ToLake": { "connector": "lake", "inputs": ["{{Input}}"], "settings": { "path": "lake" } } } }""");

        var run = await _cluster.RunAsync(RewindCommand.Create(), "--stage", "ToLake", "--to", "earliest", "--yes", "--setting", $"Millrace:Catalog={_directory}");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("a position below that never enters again. Fill a new lake instead", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_session_that_has_ended_left_is_rewound_by_a_broker_of_the_commands_own()
    {
        var data = Path.Combine(_directory, "dev");
        await using (var broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = data, MaintenanceInterval = TimeSpan.FromHours(1) }))
        {
            foreach (var topic in _cluster.Platform.Catalog.Get("PageChange").InputTopics)
            {
                broker.CreateTopic(topic, 2);
            }

            await FillAsync(1, new KafkaOptions { BootstrapServers = broker.BootstrapServers });
        }

        var run = await Verb.RunAsync(RewindCommand.Create(), "--data", data, "--stage", "PageChange", "--to", "1", "--topic", Input, "--partition", "1", "--yes");

        Assert.Equal((0, "", null), (run.ExitCode, run.Error, DevAddress.Find(data)));
        await using var again = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DataDirectory = data });
        Assert.Equal(1, Committed(Checkpoints, 1, new KafkaOptions { BootstrapServers = again.BootstrapServers }));
    }

    [Fact]
    public async Task In_a_directory_that_no_session_has_left_no_broker_begins_to_keep_anything()
    {
        var run = await Verb.RunAsync(RewindCommand.Create(), "--data", _directory, "--stage", "PageChange", "--to", "earliest", "--yes");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("No millrace dev runs on", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => _cluster.RunAsync(RewindCommand.Create(), ["--stage", "PageChange", .. arguments]);

    private async Task FillAsync(int partition = 1, KafkaOptions? kafka = null)
    {
        kafka ??= _cluster.Kafka;
        using var producer = new ProducerBuilder<byte[]?, byte[]>(kafka.CreateProducerConfig()).SetLogHandler((_, _) => { }).Build();
        for (var second = 0; second < 3; second++)
        {
            await producer.ProduceAsync(new TopicPartition(Input, partition), new Message<byte[]?, byte[]> { Value = "{}"u8.ToArray(), Timestamp = new Timestamp(Noon.AddSeconds(second)) });
        }

        using var offsets = new ClusterOffsets("Kafka", kafka);
        foreach (var group in (string[])[Checkpoints, Trigger])
        {
            offsets.Commit(group, [new TopicPartitionOffset(Input, partition, 3)]);
        }
    }

    private Task<RewindPlan> PlanAsync(ICheckpoints checkpoints) => RewindPlan.ReadAsync(
        _cluster.Platform, new RewindRequest(_cluster.Platform.Catalog.Get("PageChange"), BackfillBound.Parse("--to", "earliest")), checkpoints, TimeProvider.System, default);

    private long Committed(string group, int partition = 1, KafkaOptions? kafka = null)
    {
        using var offsets = new ClusterOffsets("Kafka", kafka ?? _cluster.Kafka);
        return offsets.Committed(group, [new TopicPartition(Input, partition)]).Values.SingleOrDefault(-1);
    }
}
