using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Broker;
using Millrace.Core;
using Millrace.Kafka;
using Xunit.Abstractions;

namespace Millrace.Connectors.Tests.Lake;

public sealed class LakeMarksTests : IDisposable
{
    private static readonly LakeHour Nine = LakeHour.Of(new DateTime(2026, 7, 5, 9, 0, 0, DateTimeKind.Utc));

    private readonly LakeFixture _lake = new();
    private readonly ConcurrentDictionary<StreamPartition, long> _ends = new() { [PartitionOf(0)] = 0, [PartitionOf(1)] = 0 };
    private readonly ITestOutputHelper _output;

    public LakeMarksTests(ITestOutputHelper output) => _output = output;

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task An_hour_is_marked_when_every_partition_has_passed_it_by_its_events()
    {
        await using var store = Open();
        At("10:20");
        await WriteAsync(store, 0, "09:30", "10:06");
        await WriteAsync(store, 1, "09:40", "10:04:59");
        More(0, 1);
        await store.MarkAsync();
        Assert.Empty(Marked());

        await WriteAsync(store, 1, "10:05");
        More(1);
        await store.MarkAsync();
        Assert.Equal([Nine], Marked());
    }

    [Fact]
    public async Task A_partition_with_nothing_new_passes_an_hour_by_the_clock()
    {
        await using var store = Open();
        At("09:50");
        await WriteAsync(store, 0, "09:30");
        At("10:04:59");
        await store.MarkAsync();
        Assert.Empty(Marked());

        // Partition 1 never had an event at all.
        At("10:05");
        await store.MarkAsync();
        Assert.Equal([Nine], Marked());
    }

    [Fact]
    public async Task A_partition_that_the_table_is_behind_of_holds_an_hour_open_whatever_the_clock_says()
    {
        await using var store = Open();
        At("09:50");
        await WriteAsync(store, 0, "09:30");
        More(1);
        At("23:00");
        await store.MarkAsync();
        Assert.Empty(Marked());
    }

    [Fact]
    public async Task What_is_durable_and_not_in_the_table_yet_holds_an_hour_open()
    {
        await using var store = Open();
        At("10:30");
        await WriteAsync(store, 0, "09:30");
        await using (var session = await store.OpenAsync(Stage(), PartitionOf(0), default))
        {
            await session.AppendAsync(Event(0, 1, "09:59"), default);
            await session.CommitAsync(2, default);
        }

        More(0);
        await store.MarkAsync();
        Assert.Empty(Marked());
        await store.FlushAsync(default);
        await store.MarkAsync();
        Assert.Equal([Nine], Marked());
    }

    [Fact]
    public async Task Records_that_were_left_out_hold_no_hour_open_for_longer_than_the_roll_age()
    {
        await using var store = Open();
        At("10:30");
        await WriteAsync(store, 0, "09:30");
        await using (var session = await store.OpenAsync(Stage(), PartitionOf(0), default))
        {
            // Canary events.
            await session.CommitAsync(5, default);
        }

        _ends[PartitionOf(0)] = 5;
        await store.MarkAsync();
        Assert.Empty(Marked());
        _lake.Time.Advance(TimeSpan.FromSeconds(61));
        await LakeStoreTests.Eventually(async () => (await _lake.Log().ReadAsync(default)).Checkpoints.Any(one => one.Value == 5));
        await store.MarkAsync();
        Assert.Equal([Nine], Marked());
    }

    [Fact]
    public async Task A_time_to_come_completes_no_hour_before_the_clock_does()
    {
        await using var store = Open();
        At("09:50");
        await WriteAsync(store, 0, "09:30", "23:30");
        More(0);
        At("12:00");
        await store.MarkAsync();
        Assert.Empty(Marked());
    }

    [Fact]
    public async Task Late_events_enter_and_are_counted()
    {
        var log = new Lines();
        await using var store = Open(log);
        At("10:30");
        await WriteAsync(store, 0, "09:30");
        await store.MarkAsync();
        await WriteAsync(store, 0, "09:31", "09:32", "10:10");
        await WriteAsync(store, 1, "09:33");
        Assert.Equal([Nine], Marked());
        await _lake.AssertNumbersAsync(0, 1, 2, 3, 1000);
        Assert.Equal(3, (await _lake.Log().ReadAsync(default)).LateRows);
        Assert.Contains("2 events of table test_event came when hour 2026-07-05T09Z had been marked complete; they are in it, from ToLake/test.event/0", log.All);
        Assert.Contains("1 events of table test_event came when hour 2026-07-05T09Z had been marked complete; they are in it, from ToLake/test.event/1", log.All);
    }

    [Fact]
    public async Task Replicas_with_different_partitions_agree_and_so_does_one_without_any()
    {
        await using (var one = Open())
        await using (var other = Open())
        {
            At("10:30");
            await WriteAsync(one, 0, "09:30", "10:06");
            await WriteAsync(other, 1, "09:40", "10:04");
            More(0, 1);
            await one.MarkAsync();
            await other.MarkAsync();
            Assert.Empty(Marked());
            await WriteAsync(other, 1, "10:05");
            More(1);
        }

        // As after a kill -9 of both.
        await using var later = Open();
        await later.MarkAsync();
        Assert.Equal([Nine], Marked());
    }

    [Fact]
    public async Task Killed_between_any_two_steps_a_table_has_the_marks_that_hold()
    {
        var steps = await RunAsync(this, int.MaxValue);
        Assert.InRange(steps, 40, 400);
        for (var killAt = 0; killAt < steps; killAt++)
        {
            using var one = new LakeMarksTests(_output);
            await RunAsync(one, killAt);
        }
    }

    [Fact]
    public async Task Hours_are_marked_exactly_when_they_are_complete_whatever_happens()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MILLRACE_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
        _output.WriteLine($"MILLRACE_SEED={seed}");
        var random = new Random(seed);
        var (next, latest, written) = (new long[2], new DateTime?[2], new HashSet<LakeHour>());
        var store = Open();
        var expected = new HashSet<LakeHour>();
        for (var step = 0; step < 150; step++)
        {
            var partition = random.Next(2);
            switch (random.Next(6))
            {
                case < 3:
                    // Up to two hours late, or a little ahead.
                    var now = _lake.Time.GetUtcNow().UtcDateTime;
                    var times = Enumerable.Range(0, random.Next(1, 4)).Select(_ => now.AddMinutes(random.Next(-120, 10))).ToList();
                    next[partition] += times.Count;
                    _ends[PartitionOf(partition)] = next[partition] + random.Next(2);
                    await WriteAsync(store, partition, [.. times.Select(time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture))], times);
                    latest[partition] = new[] { latest[partition] ?? default, times.Max() < now ? times.Max() : now }.Max();
                    written.UnionWith(times.Select(LakeHour.Of));
                    break;
                case 3:
                    _lake.Time.Advance(TimeSpan.FromMinutes(random.Next(1, 30)));
                    break;
                case 4:
                    _ends[PartitionOf(partition)] = next[partition];
                    break;
                default:
                    // It is killed, and another one comes.
                    store = Open();
                    break;
            }

            await store.MarkAsync();
            var passed = Enumerable.Range(0, 2).Min(one => _ends[PartitionOf(one)] == next[one] ? _lake.Time.GetUtcNow().UtcDateTime : latest[one] ?? DateTime.MinValue.AddDays(1));
            expected.UnionWith(written.Where(hour => hour.End <= passed.AddMinutes(-5)));
            Assert.Equal(expected.OrderBy(hour => hour.Number), Marked());
        }

        Assert.NotEmpty(expected);
    }

    [Fact]
    public async Task Marks_are_no_data_and_survive_a_vacuum()
    {
        await using (var store = Open())
        {
            At("10:30");
            await WriteAsync(store, 0, "09:30");
            await WriteAsync(store, 0, "09:31");
            await store.MarkAsync();
        }

        await new Compaction(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(null, default);
        foreach (var file in Directory.GetFiles(_lake.Root, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, _lake.Time.GetUtcNow().UtcDateTime);
        }

        _lake.Time.Advance(TimeSpan.FromDays(60));
        Assert.NotEmpty(await new Vacuum(_lake.Files, LakeFixture.Table, _lake.Time).RunAsync(TimeSpan.FromDays(7), dryRun: false, null, default));
        Assert.Equal([Nine], Marked());
        Assert.DoesNotContain((await _lake.Log().ReadAsync(default)).Files.Keys, path => path.Contains("_SUCCESS", StringComparison.Ordinal));
        await _lake.AssertNumbersAsync(0, 1);
    }

    [Fact]
    public async Task The_name_of_the_mark_and_the_lateness_are_settings()
    {
        const string Settings = """{ "path": "lake", "successFile": "_done", "lateness": "00:30:00" }""";
        await using var store = Open(settings: Settings);
        At("10:29");
        await WriteWithAsync(store, Settings, 0, "09:30");
        await store.MarkAsync();
        Assert.Empty(Marked("_done"));
        At("10:30");
        await store.MarkAsync();
        Assert.Equal([Nine], Marked("_done"));
        Assert.Empty(Marked());
    }

    [Fact]
    public async Task Without_a_name_there_are_no_marks_and_nothing_is_asked()
    {
        const string Settings = """{ "path": "lake", "successFile": "" }""";
        await using var store = _lake.Open(behind: (_, _, _) => throw new InvalidOperationException("It was asked."));
        store.Require(LakeFixture.Stage(settings: Settings));
        At("10:30");
        await WriteWithAsync(store, Settings, 0, "09:30");
        await store.MarkAsync();
        Assert.DoesNotContain(Directory.GetFiles(_lake.Root, "*", SearchOption.AllDirectories), file => Path.GetFileName(file).Length == 0 || new FileInfo(file).Length == 0);
    }

    [Fact]
    public async Task Brokers_that_do_not_answer_only_put_a_mark_off()
    {
        var log = new Lines();
        var fails = true;
        await using var store = _lake.Open(behind: (topics, offsets, cancellation) => fails ? throw new KafkaException(ErrorCode.Local_TimedOut) : Behind(topics, offsets, cancellation), log: log);
        store.Require(Stage());
        At("10:30");
        await WriteAsync(store, 0, "09:30");
        await store.MarkAsync();
        Assert.Empty(Marked());
        Assert.Contains("Hours of stream test.event are not marked complete now, even if they are", log.All);
        fails = false;
        await store.MarkAsync();
        Assert.Equal([Nine], Marked());
    }

    [Fact]
    public async Task Partitions_and_their_ends_are_those_that_the_brokers_have()
    {
        using var broker = EmbeddedBroker.Start(new EmbeddedBrokerOptions { DefaultPartitions = 0 });
        broker.CreateTopic(LakeFixture.Stream, 2);
        var kafka = new KafkaOptions { BootstrapServers = broker.BootstrapServers };
        var config = kafka.CreateProducerConfig();
        config.TransactionalId = "test";
        using (var producer = new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build())
        {
            // Behind the record there is a marker, which no table ever has.
            await Task.Run(() => producer.InitTransactions(TimeSpan.FromSeconds(30)));
            producer.BeginTransaction();
            producer.Produce(new TopicPartition(LakeFixture.Stream, 1), new Message<byte[]?, byte[]?> { Value = "{}"u8.ToArray() });
            await Task.Run(() => producer.CommitTransaction(TimeSpan.FromSeconds(30)));
        }

        await using var store = new LakeStore(new ConfigurationBuilder().Build(), _lake.Schemas, _lake.Time, NullLogger<LakeStore>.Instance, kafka);
        var stage = LakeFixture.Stage(settings: System.Text.Json.JsonSerializer.Serialize(new { path = _lake.Root }));
        store.Require(stage);
        At("10:30");
        await LakeFixture.WriteAsync(store, [Event(0, 0, "09:30")], stage, PartitionOf(0));
        await store.FlushAsync(default);
        await store.MarkAsync();
        Assert.Empty(Marked());
        await LakeFixture.WriteAsync(store, [Event(1, 0, "09:30")], stage, PartitionOf(1));
        await store.FlushAsync(default);
        await store.MarkAsync();
        Assert.Equal([Nine], Marked());
    }

    private static async Task<int> RunAsync(LakeMarksTests test, int killAt)
    {
        var steps = 0;
        var files = new FailingFiles(test._lake.Files) { Fails = (_, _, _) => Interlocked.Increment(ref steps) > killAt };
        test.At("10:30");
        try
        {
            await test.FillAsync(test.OpenOn(files));
        }
        catch (SinkException)
        {
            // The process is gone, as it is without its files.
        }

        var left = test.Marked();
        var complete = (await test._lake.Log().ReadAsync(default)).Checkpoints.Sum(one => one.Value) == 4;
        Assert.True(left.Count == 0 || complete);
        await test.FillAsync(test.Open());
        Assert.Equal([Nine], test.Marked());
        await test._lake.AssertNumbersAsync(0, 1, 1000, 1001);
        return steps;
    }

    private async Task FillAsync(LakeStore store)
    {
        (_ends[PartitionOf(0)], _ends[PartitionOf(1)]) = (2, 2);
        foreach (var partition in (int[])[0, 1])
        {
            await LakeFixture.WriteAsync(store, [Event(partition, 0, "09:30"), Event(partition, 1, "09:31")], Stage(), PartitionOf(partition));
            await store.FlushAsync(default);
            await store.MarkAsync();
        }
    }

    private LakeStore Open(ILogger<LakeStore>? log = null, string settings = """{ "path": "lake" }""") => OpenOn(null, log, settings);

    private LakeStore OpenOn(ILakeFiles? files, ILogger<LakeStore>? log = null, string settings = """{ "path": "lake" }""")
    {
        var store = _lake.Open(files, Behind, log);
        store.Require(LakeFixture.Stage(settings: settings));
        return store;
    }

    private Task<IReadOnlyDictionary<StreamPartition, long>> Behind(IReadOnlyList<string> topics, IReadOnlyDictionary<StreamPartition, long> offsets, CancellationToken cancellation)
    {
        Assert.Equal([LakeFixture.Stream], topics);
        return Task.FromResult<IReadOnlyDictionary<StreamPartition, long>>(_ends.ToDictionary(end => end.Key, end => end.Value - offsets.GetValueOrDefault(end.Key)));
    }

    private Task WriteAsync(LakeStore store, int partition, params string[] times) => WriteWithAsync(store, """{ "path": "lake" }""", partition, times);

    private async Task WriteWithAsync(LakeStore store, string settings, int partition, params string[] times)
    {
        var first = _ends[PartitionOf(partition)];
        _ends[PartitionOf(partition)] += times.Length;
        await LakeFixture.WriteAsync(store, times.Select((time, i) => Event(partition, first + i, time)), LakeFixture.Stage(settings: settings), PartitionOf(partition));
        await store.FlushAsync(default);
    }

    private static async Task WriteAsync(LakeStore store, int partition, string[] ids, List<DateTime> times)
    {
        await using (var session = await store.OpenAsync(Stage(), PartitionOf(partition), default))
        {
            for (var i = 0; i < times.Count; i++)
            {
                await session.AppendAsync(LakeFixture.Event(session.Checkpoint + i, id: $"{partition}-{session.Checkpoint + i}-{ids[i]}", dt: Iso8601.Format(times[i]), partition: PartitionOf(partition)), default);
            }

            await session.CommitAsync(session.Checkpoint + times.Count, default);
        }

        await store.FlushAsync(default);
    }

    private static ProcessedRecord Event(int partition, long offset, string time) =>
        LakeFixture.Event(offset, $"\"number\":{(partition * 1000) + offset}", dt: $"2026-07-05T{time}{(time.Length == 5 ? ":00" : "")}Z", partition: PartitionOf(partition));

    // There are records that the table lacks.
    private void More(params int[] partitions)
    {
        foreach (var partition in partitions)
        {
            _ends[PartitionOf(partition)]++;
        }
    }

    private void At(string time) => _lake.Time.SetUtcNow(DateTimeOffset.Parse($"2026-07-05T{time}Z", CultureInfo.InvariantCulture));

    private IReadOnlyList<LakeHour> Marked(string name = "_SUCCESS") => !Directory.Exists(Path.Combine(_lake.Root, LakeFixture.Table)) ? [] :
    [
        .. Directory.GetFiles(Path.Combine(_lake.Root, LakeFixture.Table), name, SearchOption.AllDirectories)
            .Select(file => Path.GetDirectoryName(file)!.Split('=', '/').Where(part => int.TryParse(part, out _)).TakeLast(4).Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray())
            .Select(parts => LakeHour.Of(new DateTime(parts[0], parts[1], parts[2], parts[3], 0, 0, DateTimeKind.Utc))).OrderBy(hour => hour.Number),
    ];

    private static StageDefinition Stage() => LakeFixture.Stage();

    private static StreamPartition PartitionOf(int number) => new(LakeFixture.Stream, number);

    private sealed class Lines : ILogger<LakeStore>
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IEnumerable<string> All => _lines;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));
    }
}
