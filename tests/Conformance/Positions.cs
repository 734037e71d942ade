using Confluent.Kafka.Admin;

namespace Millrace.Conformance;

/// <summary>Where consumers start and resume: offsets by time, the ends of a partition, committed offsets.</summary>
public abstract class Positions(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    private static readonly long AnHourAgo = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 3_600_000;

    [Behaviours]
    [InlineData(CompressionType.None, false)]
    [InlineData(CompressionType.None, true)]
    [InlineData(CompressionType.Gzip, true)]
    [InlineData(CompressionType.Snappy, true)]
    [InlineData(CompressionType.Lz4, true)]
    [InlineData(CompressionType.Zstd, true)]
    public async Task An_offset_is_found_by_its_time(CompressionType codec, bool oneBatch)
    {
        var partition = new TopicPartition(await CreateTopicAsync("times"), 0);
        var producer = Producer(config => (config.CompressionType, config.LingerMs) = (codec, oneBatch ? 500 : 0));
        var sent = new List<Task>();
        foreach (var second in (int[])[10, 20, 20, 30])
        {
            sent.Add(producer.ProduceAsync(partition, new Message<string?, string?> { Value = $"{second}", Timestamp = new Timestamp(At(second), TimestampType.CreateTime) }));
            if (!oneBatch)
            {
                await sent[^1];
            }
        }

        await Task.WhenAll(sent);
        var consumer = Consumer("g");

        Assert.Equal([0, 0, 1, 1, 3, 3, Offset.End], ((int[])[0, 10, 11, 20, 21, 30, 31]).Select(second =>
            consumer.OffsetsForTimes([new TopicPartitionTimestamp(partition, new Timestamp(At(second), TimestampType.CreateTime))], Patience).Single().Offset.Value));

        static long At(int second) => AnHourAgo + (second * 1000);
    }

    [Behaviour]
    public async Task An_offset_is_found_by_its_time_among_many_batches()
    {
        const int Count = 2_000;
        var partition = new TopicPartition(await CreateTopicAsync("ages"), 0);
        Producer(config => config.BatchNumMessages = 10).SendAll(Enumerable.Range(0, Count).Select(i =>
            (partition, new Message<string?, string?> { Value = $"{i}", Timestamp = new Timestamp(AnHourAgo + (2 * i), TimestampType.CreateTime) })));
        var consumer = Consumer("g");

        Assert.All((int[])[0, 1, 999, 1_000, 1_234, Count - 1], i =>
        {
            Assert.Equal(i, OffsetAt(2 * i));
            Assert.Equal(i, OffsetAt((2 * i) - 1));
        });

        long OffsetAt(int millisecond) =>
            consumer.OffsetsForTimes([new TopicPartitionTimestamp(partition, new Timestamp(AnHourAgo + millisecond, TimestampType.CreateTime))], Patience).Single().Offset.Value;
    }

    [Behaviour]
    public async Task Watermarks_are_the_first_offset_and_the_next_one()
    {
        var partition = new TopicPartition(await CreateTopicAsync("watermarks"), 0);
        var consumer = Consumer("g");
        Assert.Equal((0, 0), (consumer.QueryWatermarkOffsets(partition, Patience).Low.Value, consumer.QueryWatermarkOffsets(partition, Patience).High.Value));

        await Producer().SendAsync(partition.Topic, "a", "b", "c");

        Assert.Equal((0, 3), (consumer.QueryWatermarkOffsets(partition, Patience).Low.Value, consumer.QueryWatermarkOffsets(partition, Patience).High.Value));
    }

    [Behaviour]
    public async Task Offsets_are_listed_by_the_admin()
    {
        var partition = new TopicPartition(await CreateTopicAsync("listed"), 0);
        var producer = Producer();
        foreach (var second in (int[])[10, 30, 20])
        {
            await producer.ProduceAsync(partition, new Message<string?, string?> { Timestamp = new Timestamp(AnHourAgo + (second * 1000), TimestampType.CreateTime) });
        }

        Assert.Equal(0, await ListAsync(OffsetSpec.Earliest()));
        Assert.Equal(3, await ListAsync(OffsetSpec.Latest()));
        Assert.Equal(1, await ListAsync(OffsetSpec.MaxTimestamp()));
        Assert.Equal(1, await ListAsync(OffsetSpec.ForTimestamp(AnHourAgo + 15_000)));

        async Task<long> ListAsync(OffsetSpec spec) =>
            (await Admin.ListOffsetsAsync([new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }])).ResultInfos.Single().TopicPartitionOffsetError.Offset.Value;
    }

    [Behaviour]
    public async Task A_group_without_offsets_starts_at_the_earliest_record_if_it_says_so()
    {
        var topic = await CreateTopicAsync("earliest");
        await Producer().SendAsync(topic, "first", "second");
        using var member = Join("g", topic, config => config.AutoOffsetReset = AutoOffsetReset.Earliest);

        await Eventually.IsTrueAsync("both records came", () => member.Values.Count == 2);
    }

    [Behaviour]
    public async Task A_group_without_offsets_starts_at_the_end_if_it_says_so()
    {
        var topic = await CreateTopicAsync("latest");
        var producer = Producer();
        await producer.SendAsync(topic, "before");
        using var member = Join("g", topic, config => config.AutoOffsetReset = AutoOffsetReset.Latest);
        await member.HasAsync(1);

        // Where the end is, is asked only after the assignment.
        await Eventually.IsTrueAsync("a record came", async () =>
        {
            await producer.SendAsync(topic, "after");
            return !member.Values.IsEmpty;
        });

        Assert.DoesNotContain("before", member.Values);
    }

    [Behaviour]
    public async Task A_group_without_offsets_is_told_so_if_it_says_so()
    {
        var topic = await CreateTopicAsync("error");
        var consumer = Consumer("g", config => config.AutoOffsetReset = AutoOffsetReset.Error);
        consumer.Subscribe(topic);

        var refused = Assert.Throws<ConsumeException>(() => consumer.Consume(Patience));

        Assert.Contains(refused.Error.Code, (ErrorCode[])[ErrorCode.Local_AutoOffsetReset, ErrorCode.Local_NoOffset]);
    }

    [Behaviour]
    public async Task A_committed_offset_outlives_the_members_of_its_group()
    {
        var topic = await CreateTopicAsync("resumed");
        await Producer().SendAsync(topic, "a", "b", "c");
        var first = Consumer("g");
        first.Subscribe(topic);
        first.Commit(first.Take(2)[^1]);
        first.Close();

        var second = Consumer("g");
        second.Subscribe(topic);

        Assert.Equal(["c"], second.Take(1).Values());
    }

    [Behaviour]
    public async Task Each_partition_of_a_group_has_its_own_offset()
    {
        var topic = await CreateTopicAsync("several", 3);
        var consumer = Consumer("g");
        consumer.Commit([new TopicPartitionOffset(topic, 0, 4), new TopicPartitionOffset(topic, 2, 6)]);

        Assert.Equal([4, Offset.Unset, 6], Enumerable.Range(0, 3).Select(partition => consumer.Committed([new TopicPartition(topic, partition)], Patience).Single().Offset.Value));
        Assert.Equal([Offset.Unset], Consumer("another").Committed([new TopicPartition(topic, 0)], Patience).Select(offset => offset.Offset.Value));
    }

    [Behaviour]
    public async Task A_consumer_may_seek_to_any_offset()
    {
        var topic = await CreateTopicAsync("sought");
        Producer(config => config.LingerMs = 50).SendAll(Enumerable.Range(0, 100).Select(i => (new TopicPartition(topic, 0), new Message<string?, string?> { Value = $"{i}" })));
        var consumer = Consumer("g");

        foreach (var offset in (int[])[99, 50, 1, 0])
        {
            consumer.Assign(new TopicPartitionOffset(topic, 0, offset));
            Assert.Equal($"{offset}", consumer.Take(1)[0].Message.Value);
        }
    }
}

public sealed class PositionsOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : Positions(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class PositionsOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : Positions(cluster, output), IClassFixture<ConfiguredCluster>;
