using System.Text;
using Confluent.Kafka;
using Millrace.Core;
using Millrace.Testing;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

/// <summary>What a replay writes, and how often.</summary>
public sealed class ReplayTests : IDisposable
{
    private const string Topic = "PageChange.replay";
    private const string Marks = "PageChange.error.resolved";

    private readonly ObservedCluster _cluster = new();

    public ReplayTests()
    {
        _cluster.Broker.CreateTopic(Topic, 2);
        _cluster.Broker.CreateTopic(Marks, 1, new Dictionary<string, string> { ["cleanup.policy"] = "compact" });
    }

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task A_replay_is_the_event_as_it_was_with_its_key_and_headers_in_the_partition_where_it_first_was()
    {
        var error = await FailAsync(new StreamPosition(Input, 1, 17), raw: "{ \"a\": 1 }", key: "k", headers: [Trace('a'), new RecordHeader("x", [0, 255])]);

        var result = await Replay().RunAsync(new ReplaySelection { Ids = [Id(error)] }, null, CancellationToken.None);

        var (record, _) = Assert.Single(await ReplaysAsync());
        Assert.Equal((Topic, 1, "k", "{ \"a\": 1 }"), (record.Position.Topic, record.Position.Partition, Encoding.UTF8.GetString(record.Key!), Encoding.UTF8.GetString(record.Value!)));
        Assert.Equal(["traceparent", "x", ReplayStamp.HeaderName], record.Headers.Select(header => header.Name));
        Assert.Equal([0, 255], record.Headers[1].Value);
        Assert.Equal(
            new ReplayStamp { Origin = new StreamPosition(Input, 1, 17), ErrorId = Guid.Parse(Id(error)), Error = error.Position, Request = result.Request },
            ReplayStamp.Read(record));
    }

    [Theory]
    [InlineData("data:application/octet-stream;base64,wyj/AA==", new byte[] { 0xC3, 0x28, 0xFF, 0x00 })]
    [InlineData("", new byte[0])]
    [InlineData(null, null)]
    public async Task Bytes_that_are_no_text_nothing_and_a_tombstone_come_back_as_they_were(string? raw, byte[]? expected)
    {
        await FailAsync(new StreamPosition(Input, 0, 1), raw);

        await RunAsync(new ReplaySelection());

        Assert.Equal(expected, Assert.Single(await ReplaysAsync()).Record.Value);
    }

    [Fact]
    public async Task Events_leave_in_the_order_of_their_first_positions_however_their_errors_stand_and_however_few_are_sorted_at_a_time()
    {
        var seed = Seed();
        var random = new Random(seed);
        var inputs = Enumerable.Range(0, 60).Select(n => new StreamPosition(n % 3 == 0 ? "mediawiki.page-create" : Input, n % 2, n)).ToArray();
#pragma warning disable CA5394 // A test's order is no secret.
        random.Shuffle(inputs);
#pragma warning restore CA5394
        foreach (var input in inputs)
        {
            await FailAsync(input, "{}");
        }

        var replay = new Replay(_cluster.Platform, new AnySchema(), TimeProvider.System) { MaxEvents = 7 };
        var result = await replay.RunAsync(new ReplaySelection(), null, CancellationToken.None);

        Assert.Equal(60, result.Plan.PlannedCount);
        var written = (await ReplaysAsync()).Select(replayed => replayed.Stamp.Origin).GroupBy(origin => origin.Partition).ToDictionary(group => group.Key, group => group.ToList());
        Assert.All([0, 1], partition => Assert.Equal(
            inputs.Where(input => input.Partition == partition).OrderBy(input => input.Topic, StringComparer.Ordinal).ThenBy(input => input.Offset), written[partition]));
    }

    [Fact]
    public async Task What_was_replayed_before_is_left_alone_unless_it_is_wanted_again()
    {
        var error = await FailAsync(new StreamPosition(Input, 0, 1), "{}");

        var first = await RunAsync(new ReplaySelection());
        var second = await RunAsync(new ReplaySelection());
        var third = await RunAsync(new ReplaySelection { Again = true });

        Assert.Equal((1L, 0L, 1L), (first.PlannedCount, second.PlannedCount, third.PlannedCount));
        Assert.Equal((Id(error), ErrorState.Requested), (second.AlreadyDone.Single().Id, second.AlreadyDone.Single().State));
        Assert.Equal(2, (await ReplaysAsync()).Count);
    }

    [Theory]
    [InlineData(ErrorState.Resolved, 0)]
    [InlineData(ErrorState.FailedAgain, 0)]
    public async Task What_the_stage_has_marked_is_left_alone(ErrorState state, int replays)
    {
        var error = await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        await MarkAsync(error, state);

        var plan = await RunAsync(new ReplaySelection());

        Assert.Equal((replays, state), ((await ReplaysAsync()).Count, plan.AlreadyDone.Single().State));
    }

    [Fact]
    public async Task An_event_that_is_read_anew_and_fails_as_it_did_is_open_again()
    {
        var first = await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        await MarkAsync(first, ErrorState.Resolved);
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");

        var plan = await RunAsync(new ReplaySelection());

        Assert.Equal((1L, 0L), (plan.PlannedCount, plan.AlreadyDoneCount));
    }

    [Fact]
    public async Task The_same_error_event_twice_is_replayed_once()
    {
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");

        Assert.Equal(1, (await RunAsync(new ReplaySelection())).PlannedCount);
        Assert.Single(await ReplaysAsync());
    }

    [Fact]
    public async Task Of_an_event_that_failed_again_the_newer_failure_is_replayed_and_the_first_position_stays()
    {
        var origin = new StreamPosition(Input, 1, 17);
        var first = await FailAsync(origin, "{}");
        var stamp = new ReplayStamp { Origin = origin, ErrorId = Guid.Parse(Id(first)), Error = first.Position, Request = Guid.NewGuid() };
        var newer = Guid.NewGuid();
        await _cluster.ProduceAsync(Errors, 0, Error(origin, raw: "{}").Replace(Id(first), newer.ToString(), StringComparison.Ordinal), 1, stamp.Header(), new RecordHeader(ErrorInput.HeaderName, "PageChange.replay/1/0"u8.ToArray()));
        await MarkAsync(first, ErrorState.FailedAgain, newer.ToString());

        var plan = await RunAsync(new ReplaySelection());

        Assert.Equal([newer.ToString()], plan.Planned.Select(planned => planned.Id));
        Assert.Equal(newer.ToString(), plan.AlreadyDone.Single().NewId);
        var replayed = Assert.Single(await ReplaysAsync());
        Assert.Equal((origin, newer), (replayed.Stamp.Origin, replayed.Stamp.ErrorId));
        Assert.Equal([ReplayStamp.HeaderName], replayed.Record.Headers.Select(header => header.Name));
    }

    [Fact]
    public async Task A_cut_event_is_completed_from_where_it_stands()
    {
        var whole = new string('a', 5_000);
        var origin = await _cluster.ProduceAsync(Input, 0, whole);
        await FailAsync(origin, whole[..100], message: "Too large. (raw_event holds the first 100 of 5,000 bytes)");

        await RunAsync(new ReplaySelection());

        Assert.Equal(whole, Encoding.UTF8.GetString(Assert.Single(await ReplaysAsync()).Record.Value!));
    }

    [Theory]
    [InlineData("b", 0, "there is another record")]
    [InlineData("a", 7, "there is no record any more")]
    public async Task A_cut_event_that_is_not_there_any_more_is_refused(string content, long offset, string reason)
    {
        await _cluster.ProduceAsync(Input, 0, string.Concat(Enumerable.Repeat(content, 5_000)));
        await FailAsync(new StreamPosition(Input, 0, offset), new string('a', 100), message: "Too large. (raw_event holds the first 100 of 5,000 bytes)");

        var refused = (await RunAsync(new ReplaySelection())).Refused.Single();

        Assert.Equal($"its error event has only the first 100 of its 5,000 bytes, and at {Input}/0/{offset} {reason}", refused.Reason);
        Assert.Empty(await ReplaysAsync());
    }

    [Theory]
    [InlineData("\"partition\":0", "\"partition\":5", "it first was in partition 5, and PageChange.replay has 2 partitions; give it as many as mediawiki.revision-create has")]
    [InlineData("mediawiki.revision-create", "elsewhere", "PageChange does not read elsewhere, which the event was of")]
    [InlineData("\"source\"", "\"sauce\"", "it does not say where the event stood (meta.source)")]
    [InlineData("\"emitter_id\":\"PageChange\"", "\"emitter_id\":\"Other\"", "it is of 'Other' (emitter_id), and stands in the error stream of PageChange")]
    [InlineData("\"raw_event\":\"{}\"", "\"raw_event\":\"data:application/octet-stream;base64,!\"", "its raw_event begins as base64 does, and is none")]
    [InlineData("\"id\":\"", "\"id\":\"x", "its id is no UUID, by which one could tell that it was replayed")]
    public async Task What_cannot_be_replayed_is_refused_with_the_reason_and_stops_nothing_else(string part, string other, string reason)
    {
        await _cluster.ProduceAsync(Errors, 0, Error(new StreamPosition(Input, 0, 1), raw: "{}").Replace(part, other, StringComparison.Ordinal));
        await FailAsync(new StreamPosition(Input, 0, 2), "{}");

        var plan = await RunAsync(new ReplaySelection());

        Assert.Equal((reason, 1L), (plan.Refused.Single().Reason, plan.PlannedCount));
        Assert.Equal(2, Assert.Single(await ReplaysAsync()).Stamp.Origin.Offset);
    }

    [Fact]
    public async Task A_plan_writes_nothing_and_says_the_same_as_the_run()
    {
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        await FailAsync(new StreamPosition(Input, 0, 0), "{}");

        var plan = await Replay().PlanAsync(new ReplaySelection(), CancellationToken.None);

        Assert.Empty(await ReplaysAsync());
        Assert.Equal(plan.Planned, (await RunAsync(new ReplaySelection())).Planned);
    }

    [Fact]
    public async Task Without_its_topic_a_replay_says_how_to_create_it()
    {
        using var other = new ObservedCluster();
        await other.ProduceAsync(Errors, 0, Error(new StreamPosition(Input, 0, 1)));

        var missing = await Assert.ThrowsAsync<UsageException>(() => new Replay(other.Platform, new AnySchema(), TimeProvider.System).PlanAsync(new ReplaySelection(), CancellationToken.None));

        Assert.Contains($"There is no topic {Topic}", missing.Message, StringComparison.Ordinal);
        Assert.Contains($"kafka-topics --create --topic {Topic} --partitions 4 --bootstrap-server {other.Broker.BootstrapServers}", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mark_that_an_open_transaction_of_the_stage_hides_is_waited_for()
    {
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        using var stage = new ProducerBuilder<byte[]?, byte[]?>(_cluster.Kafka.CreateTransactionalConfig("PageChange.in.0")).SetLogHandler((_, _) => { }).Build();
        var died = new Steps(ReplayStep.Known, () => BeginMark(stage)) { Then = new Steps(ReplayStep.Committed, () => throw new DiedException()) };
        await Assert.ThrowsAsync<DiedException>(() => Replay().RunAsync(new ReplaySelection(), died, CancellationToken.None));
        var (fenced, known) = (new TaskCompletionSource(), new TaskCompletionSource());

        var repeated = Replay().RunAsync(new ReplaySelection(), new Steps(ReplayStep.Fenced, fenced.SetResult) { Then = new Steps(ReplayStep.Known, known.SetResult) }, CancellationToken.None);
        await fenced.Task;
        using var cluster = new ClusterReader(_cluster.Kafka);
        for (var looks = 0; looks < 50; looks++)
        {
            await cluster.EndsAsync([new TopicPartition(Marks, 0)]);
        }

        Assert.False(known.Task.IsCompleted, "It did not wait for what it cannot read.");
        stage.CommitTransaction();

        Assert.Equal(0, (await repeated).Plan.PlannedCount);
        Assert.Single(await ReplaysAsync());
    }

    private static void BeginMark(IProducer<byte[]?, byte[]?> stage)
    {
        stage.InitTransactions(TimeSpan.FromSeconds(60));
        stage.BeginTransaction();
        stage.Produce(new TopicPartition(Marks, 0), new Message<byte[]?, byte[]?> { Key = [1], Value = "{}"u8.ToArray() }, report => Assert.False(report.Error.IsError, report.Error.Reason));
        stage.Flush(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_second_one_fences_the_first_which_writes_nothing_more()
    {
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        var fenced = new Steps(ReplayStep.Written, () => Task.Run(() => RunAsync(new ReplaySelection())).GetAwaiter().GetResult());

        var refusal = await Assert.ThrowsAsync<UsageException>(() => Replay().RunAsync(new ReplaySelection(), fenced, CancellationToken.None));

        Assert.Contains("Another `millrace errors replay` has begun to replay to PageChange", refusal.Message, StringComparison.Ordinal);
        Assert.Single(await ReplaysAsync());
    }

    [Theory]
    [InlineData(nameof(ReplayStep.Fenced), 0)]
    [InlineData(nameof(ReplayStep.Known), 0)]
    [InlineData(nameof(ReplayStep.Begun), 0)]
    [InlineData(nameof(ReplayStep.Written), 0)]
    [InlineData(nameof(ReplayStep.Committed), 3)]
    [InlineData(nameof(ReplayStep.Ended), 3)]
    public async Task Whoever_dies_at_any_step_is_completed_by_the_same_again_and_each_event_is_there_once(string step, int written)
    {
        for (var offset = 0; offset < 3; offset++)
        {
            await FailAsync(new StreamPosition(Input, 0, offset), "{}");
        }

        await RunUntilAsync(Enum.Parse<ReplayStep>(step));
        Assert.Equal(written, (await ReplaysAsync()).Count);
        await RunAsync(new ReplaySelection());

        Assert.Equal([0L, 1L, 2L], (await ReplaysAsync()).Select(replayed => replayed.Stamp.Origin.Offset));
        Assert.True(await EndsWithARecordAsync(), "A marker stands at the end, and keeps a stage awake.");
    }

    [Fact]
    public async Task What_is_named_and_not_there_is_said()
    {
        var plan = await RunAsync(new ReplaySelection { Ids = ["nowhere", "PageChange.error/0/99"] });

        Assert.Equal(["PageChange.error/0/99", "nowhere"], plan.Unknown);
    }

    private Replay Replay() => new(_cluster.Platform, new AnySchema(), TimeProvider.System);

    private async Task<ReplayPlan> RunAsync(ReplaySelection selection) => (await Replay().RunAsync(selection, null, CancellationToken.None)).Plan;

    // As a process that dies: what it has begun is neither committed nor aborted by it.
    private async Task RunUntilAsync(ReplayStep step) => await Assert.ThrowsAsync<DiedException>(() =>
        Replay().RunAsync(new ReplaySelection(), new Steps(step, () => throw new DiedException()), CancellationToken.None));

    private async Task<(StreamPosition Position, string Value)> FailAsync(StreamPosition input, string? raw, string message = "No.", string? key = null, params RecordHeader[] headers)
    {
        var value = Error(input, message: message, raw: raw ?? "(none)");
        value = raw is null ? value.Replace(",\"raw_event\":\"(none)\"", "", StringComparison.Ordinal) : value;
        var record = new Message<byte[]?, byte[]?> { Key = key is null ? null : Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value), Headers = [] };
        foreach (var header in headers)
        {
            record.Headers.Add(header.Name, header.Value);
        }

        using var producer = new ProducerBuilder<byte[]?, byte[]?>(_cluster.Kafka.CreateProducerConfig()).SetLogHandler((_, _) => { }).Build();
        var written = await producer.ProduceAsync(new TopicPartition(Errors, 0), record);
        return (new StreamPosition(Errors, 0, written.Offset.Value), value);
    }

    private async Task MarkAsync((StreamPosition Position, string Value) error, ErrorState state, string? newId = null)
    {
        var mark = new ErrorMark { ErrorId = Guid.Parse(Id(error)), Position = error.Position, State = state, Request = Guid.NewGuid(), Time = Noon, NewId = newId }.ToRecord(Marks);
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(_cluster.Kafka.CreateProducerConfig()).SetLogHandler((_, _) => { }).Build();
        await producer.ProduceAsync(new TopicPartition(Marks, 0), new Message<byte[]?, byte[]?> { Key = mark.Key, Value = mark.Value });
    }

    private static string Id((StreamPosition Position, string Value) error) => System.Text.Json.JsonElement.Parse(error.Value).Child("meta").Child("id").Text()!;

    private async Task<List<(EventRecord Record, ReplayStamp Stamp)>> ReplaysAsync()
    {
        var (scan, found) = (new TopicScan(_cluster.Kafka), new List<(EventRecord, ReplayStamp)>());
        await foreach (var record in scan.ReadAsync(await scan.PlanAsync([Topic]), CancellationToken.None))
        {
            if (ReplayStamp.Read(record) is { } stamp)
            {
                found.Add((record, stamp));
            }
        }

        return found;
    }

    private async Task<bool> EndsWithARecordAsync()
    {
        using var cluster = new ClusterReader(_cluster.Kafka);
        var ends = (await cluster.EndsAsync(await cluster.PartitionsAsync([Topic]))).Where(end => end.Value.End > 0).ToList();
        return (await cluster.FirstAsync([.. ends.Select(end => new TopicPartitionOffset(end.Key, end.Value.End - 1))])).Count == ends.Count;
    }

    private static int Seed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MILLRACE_SEED"), out var given) ? given : 20260131;
        Console.WriteLine($"MILLRACE_SEED={seed}");
        return seed;
    }

    private sealed class Steps(ReplayStep step, Action act) : IProgress<ReplayProgress>
    {
        private bool _done;

        public Steps? Then { get; init; }

        public void Report(ReplayProgress value)
        {
            Then?.Report(value);
            if (value.Step == step && !_done)
            {
                _done = true;
                act();
            }
        }
    }

    private sealed class DiedException : Exception;
}
