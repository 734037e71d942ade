using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Millrace.Broker;
using Millrace.Kafka;

namespace Millrace.Connectors.Tests.Lake;

public sealed class LakeMarksTests : LakeMarksFixture
{
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

        Ends[PartitionOf(0)] = 5;
        await store.MarkAsync();
        Assert.Empty(Marked());
        Lake.Time.Advance(TimeSpan.FromSeconds(61));
        await LakeStoreTests.Eventually(async () => (await Lake.Log().ReadAsync(default)).Checkpoints.Any(one => one.Value == 5));
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
        await Lake.AssertNumbersAsync(0, 1, 2, 3, 1000);
        Assert.Equal(3, (await Lake.Log().ReadAsync(default)).LateRows);
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
    public async Task Marks_are_no_data_and_survive_a_vacuum()
    {
        await using (var store = Open())
        {
            At("10:30");
            await WriteAsync(store, 0, "09:30");
            await WriteAsync(store, 0, "09:31");
            await store.MarkAsync();
        }

        await new Compaction(Lake.Files, LakeFixture.Table, Lake.Time).RunAsync(null, default);
        foreach (var file in Directory.GetFiles(Lake.Root, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, Lake.Time.GetUtcNow().UtcDateTime);
        }

        Lake.Time.Advance(TimeSpan.FromDays(60));
        Assert.NotEmpty(await new Vacuum(Lake.Files, LakeFixture.Table, Lake.Time).RunAsync(TimeSpan.FromDays(7), dryRun: false, null, default));
        Assert.Equal([Nine], Marked());
        Assert.DoesNotContain((await Lake.Log().ReadAsync(default)).Files.Keys, path => path.Contains("_SUCCESS", StringComparison.Ordinal));
        await Lake.AssertNumbersAsync(0, 1);
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
        await using var store = Lake.Open(behind: (_, _, _) => throw new InvalidOperationException("It was asked."));
        store.Require(LakeFixture.Stage(settings: Settings));
        At("10:30");
        await WriteWithAsync(store, Settings, 0, "09:30");
        await store.MarkAsync();
        Assert.DoesNotContain(Directory.GetFiles(Lake.Root, "*", SearchOption.AllDirectories), file => Path.GetFileName(file).Length == 0 || new FileInfo(file).Length == 0);
    }

    [Fact]
    public async Task Brokers_that_do_not_answer_only_put_a_mark_off()
    {
        var log = new Lines();
        var fails = true;
        await using var store = Lake.Open(behind: (topics, offsets, cancellation) => fails ? throw new KafkaException(ErrorCode.Local_TimedOut) : Behind(topics, offsets, cancellation), log: log);
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
    public async Task Partitions_and_theirEnds_are_those_that_the_brokers_have()
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

        await using var store = new LakeStore(new ConfigurationBuilder().Build(), Lake.Schemas, Lake.Time, NullLogger<LakeStore>.Instance, kafka);
        var stage = LakeFixture.Stage(settings: System.Text.Json.JsonSerializer.Serialize(new { path = Lake.Root }));
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
}
