namespace Millrace.Conformance;

/// <summary>What a broker drops of its logs, and what consumers make of it.</summary>
/// <remarks>Segments are of 1 MiB, the least that newer brokers admit; what is in the last one stays.</remarks>
public abstract class Housekeeping(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    private const string Segment = "1048576";
    private static readonly string Filling = new('x', 100_000);

    [Behaviour]
    public async Task Records_that_are_deleted_are_no_longer_read()
    {
        var partition = new TopicPartition(await CreateTopicAsync("shortened"), 0);
        await Producer().SendAsync(partition.Topic, "a", "b", "c", "d");

        var deleted = await Admin.DeleteRecordsAsync([new TopicPartitionOffset(partition, 2)]);

        Assert.Equal(2, deleted.Single().Offset.Value);
        Assert.Equal(["c", "d"], ReadAll(partition.Topic).Values());
        Assert.Equal(2, Consumer("g").QueryWatermarkOffsets(partition, Patience).Low.Value);
    }

    [Behaviour]
    public async Task A_consumer_below_the_first_offset_is_reset()
    {
        var topic = await CreateTopicAsync("overtaken");
        await Producer().SendAsync(topic, "a", "b", "c");
        await Admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, 2)]);
        var (earliest, failing) = (Consumer("g"), Consumer("g", config => config.AutoOffsetReset = AutoOffsetReset.Error));

        earliest.Assign(new TopicPartitionOffset(topic, 0, 1));
        failing.Assign(new TopicPartitionOffset(topic, 0, 1));

        Assert.Equal(["c"], earliest.Take(1).Values());
        Assert.Equal(ErrorCode.Local_AutoOffsetReset, Assert.Throws<ConsumeException>(() => failing.Consume(Patience)).Error.Code);
    }

    [Behaviour]
    public async Task A_consumer_beyond_the_end_is_reset()
    {
        var topic = await CreateTopicAsync("short");
        await Producer().SendAsync(topic, "a");
        var consumer = Consumer("g");

        consumer.Assign(new TopicPartitionOffset(topic, 0, 100));

        Assert.Equal(["a"], consumer.Take(1).Values());
    }

    [Behaviour]
    public async Task Records_cannot_be_deleted_beyond_the_end()
    {
        var topic = await CreateTopicAsync("whole");
        await Producer().SendAsync(topic, "a");

        var refused = await Assert.ThrowsAsync<Confluent.Kafka.Admin.DeleteRecordsException>(() => Admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, 5)]));

        Assert.Equal(ErrorCode.OffsetOutOfRange, refused.Results.Single().Error.Code);
    }

    [Behaviour]
    public async Task A_consumer_that_retention_by_size_overtook_resumes_at_the_earliest_record()
    {
        var topic = await CreateTopicAsync("bounded", configs: new() { ["retention.bytes"] = Segment, ["segment.bytes"] = Segment });
        var partition = new TopicPartition(topic, 0);
        var consumer = Consumer("g");
        consumer.Commit([new TopicPartitionOffset(partition, 0)]);
        Fill(topic, 60);

        await Eventually.IsTrueAsync("old segments are gone", () => consumer.QueryWatermarkOffsets(partition, Patience).Low > 30);
        consumer.Subscribe(topic);
        var resumed = consumer.Take(1)[0];

        Assert.InRange(resumed.Offset.Value, 31, 59);
        Assert.Equal($"{resumed.Offset.Value}", resumed.Message.Key);
    }

    [Behaviour]
    public async Task Retention_by_time_drops_what_is_old()
    {
        var topic = await CreateTopicAsync("aged", configs: new() { ["retention.ms"] = "60000", ["segment.bytes"] = Segment });
        var consumer = Consumer("g");
        Fill(topic, 30, age: TimeSpan.FromHours(1));
        Fill(topic, 15);

        await Eventually.IsTrueAsync("old segments are gone", () => consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), Patience).Low > 10);

        Assert.InRange(ReadAll(topic)[0].Offset.Value, 11, 30);
    }

    [Behaviour]
    public async Task Compaction_leaves_the_last_record_of_each_key_where_it_was()
    {
        var topic = await CreateCompactedTopicAsync("compacted");
        var producer = Producer();
        await producer.ProduceAsync(topic, new Message<string?, string?> { Key = "rare", Value = "old" });
        await producer.ProduceAsync(topic, new Message<string?, string?> { Key = "rare", Value = "new" });

        await FillUntilAsync("the first record is gone", topic, records => records[0].Offset > 0);

        var left = ReadAll(topic);
        Assert.Equal((1, "rare", "new"), (left[0].Offset.Value, left[0].Message.Key, left[0].Message.Value));
        Assert.Equal(left.Select(record => record.Offset.Value).Distinct().Order(), left.Select(record => record.Offset.Value));
        Assert.Equal(6, left.Select(record => record.Message.Key).Distinct().Count());
    }

    [Behaviour]
    public async Task Compaction_drops_a_key_whose_last_value_is_null()
    {
        var topic = await CreateCompactedTopicAsync("tombstones");
        var producer = Producer();
        await producer.ProduceAsync(topic, new Message<string?, string?> { Key = "doomed", Value = "alive" });
        await producer.ProduceAsync(topic, new Message<string?, string?> { Key = "doomed", Value = null });
        await producer.ProduceAsync(topic, new Message<string?, string?> { Key = "spared", Value = "alive" });

        await FillUntilAsync("the tombstone is gone", topic, records => records[0].Offset > 1);

        Assert.Equal((2, "spared"), (ReadAll(topic)[0].Offset.Value, ReadAll(topic)[0].Message.Key));
    }

    private Task<string> CreateCompactedTopicAsync(string name) => CreateTopicAsync(name, configs: new()
    {
        ["cleanup.policy"] = "compact",
        ["segment.bytes"] = Segment,
        ["min.cleanable.dirty.ratio"] = "0.01",
        ["delete.retention.ms"] = "0",
    });

    private void Fill(string topic, int records, TimeSpan age = default) => Producer().SendAll(Enumerable.Range(0, records).Select(i => (new TopicPartition(topic, 0), new Message<string?, string?>
    {
        Key = $"{i}",
        Value = Filling,
        Timestamp = new Timestamp(TimeProvider.System.GetUtcNow() - age),
    })));

    // The segment that is written to is not compacted: the log must go on for old records to leave it.
    private async Task FillUntilAsync(string what, string topic, Func<List<ConsumeResult<string?, string?>>, bool> isReached)
    {
        var producer = Producer();
        await Eventually.IsTrueAsync(what, () =>
        {
            producer.SendAll(Enumerable.Range(0, 10).Select(i => (new TopicPartition(topic, 0), new Message<string?, string?> { Key = $"{i % 5}", Value = Filling })));
            return isReached(ReadAll(topic));
        });
    }
}

public sealed class HousekeepingOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : Housekeeping(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class HousekeepingOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : Housekeeping(cluster, output), IClassFixture<ConfiguredCluster>;
