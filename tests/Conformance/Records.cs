namespace Millrace.Conformance;

/// <summary>What is produced is what is consumed.</summary>
public abstract class Records(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    [Behaviour]
    public async Task A_record_comes_back_with_its_key_its_value_and_its_headers()
    {
        var topic = await CreateTopicAsync("records");
        var headers = new Headers { { "first", [0, 1] }, { "empty", [] }, { "null", null }, { "first", [2] } };
        await Producer().ProduceAsync(topic, new Message<string?, string?> { Key = "k", Value = "täg", Headers = headers });

        var record = Assert.Single(ReadAll(topic)).Message;

        Assert.Equal(("k", "täg"), (record.Key, record.Value));
        Assert.Equal(["first", "empty", "null", "first"], record.Headers.Select(header => header.Key));
        Assert.Equal([[0, 1], [], null, [2]], record.Headers.Select(header => header.GetValueBytes()));
    }

    [Behaviour]
    public async Task A_null_stays_null_and_an_empty_text_stays_empty()
    {
        var topic = await CreateTopicAsync("nulls");
        var producer = Producer();
        await producer.ProduceAsync(topic, new Message<string?, string?>());
        await producer.ProduceAsync(topic, new Message<string?, string?> { Key = "", Value = "" });

        Assert.Equal([(null, null), ("", "")], ReadAll(topic).Select(record => (record.Message.Key, record.Message.Value)));
    }

    [Behaviour]
    public async Task The_time_that_the_producer_gave_is_kept()
    {
        var topic = await CreateTopicAsync("times");
        var anHourAgo = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 3_600_000;
        await Producer().ProduceAsync(topic, new Message<string?, string?> { Value = "then", Timestamp = new Timestamp(anHourAgo, TimestampType.CreateTime) });

        Assert.Equal(new Timestamp(anHourAgo, TimestampType.CreateTime), Assert.Single(ReadAll(topic)).Message.Timestamp);
    }

    [Behaviours]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Records_come_back_in_order_whatever_compressed_them(CompressionType codec)
    {
        var topic = await CreateTopicAsync($"{codec}");
        var values = Enumerable.Range(0, 2_000).Select(i => $"{i} {new string('x', i % 100)}").ToList();
        Producer(config => (config.CompressionType, config.LingerMs) = (codec, 50))
            .SendAll(values.Select(value => (new TopicPartition(topic, 0), new Message<string?, string?> { Key = "key", Value = value })));

        Assert.Equal(values, ReadAll(topic).Values());
    }

    [Behaviour]
    public async Task Each_partition_keeps_the_order_of_its_records()
    {
        const int Partitions = 4;
        var topic = await CreateTopicAsync("ordered", Partitions);
        Producer(config => config.LingerMs = 5)
            .SendAll(Enumerable.Range(0, 4_000).Select(i => (new TopicPartition(topic, i % Partitions), new Message<string?, string?> { Value = $"{i / Partitions}" })));

        var records = ReadAll(topic).ToLookup(record => record.Partition.Value);

        for (var partition = 0; partition < Partitions; partition++)
        {
            Assert.Equal(Enumerable.Range(0, 1_000).Select(i => ((long)i, $"{i}")), records[partition].Select(record => (record.Offset.Value, record.Message.Value!)));
        }
    }

    [Behaviour]
    public async Task Records_with_a_key_meet_in_one_partition()
    {
        var topic = await CreateTopicAsync("keyed", 4);
        var producer = Producer();
        for (var i = 0; i < 20; i++)
        {
            await producer.ProduceAsync(topic, new Message<string?, string?> { Key = $"{i % 5}", Value = $"{i}" });
        }

        Assert.All(ReadAll(topic).GroupBy(record => record.Message.Key), key => Assert.Single(key.Select(record => record.Partition).Distinct()));
    }

    [Behaviour]
    public async Task A_record_of_900_KB_passes()
    {
        var topic = await CreateTopicAsync("large");
        var value = new string('x', 900_000);
        await Producer().SendAsync(topic, value);

        Assert.Equal(value, Assert.Single(ReadAll(topic)).Message.Value);
    }

    [Behaviour]
    public async Task A_record_of_5_MB_passes_where_the_topic_admits_it()
    {
        var topic = await CreateTopicAsync("huge", configs: new() { ["max.message.bytes"] = "6000000" });
        var value = new string('x', 5_000_000);
        await Producer(config => config.MessageMaxBytes = 6_000_000).SendAsync(topic, value, "after");

        Assert.Equal([value, "after"], ReadAll(topic).Values());
    }

    // Ten waits of ten seconds would be longer than the patience that all ten records have together.
    [Behaviour]
    public async Task A_fetch_that_waits_wakes_when_a_record_comes()
    {
        var topic = await CreateTopicAsync("awaited");
        var (producer, consumer) = (Producer(), Consumer("waiting", config => (config.FetchWaitMaxMs, config.EnablePartitionEof) = (10_000, false)));
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        using var patience = new CancellationTokenSource(Patience);

        for (var i = 0; i < 10; i++)
        {
            await producer.SendAsync(topic, $"{i}");

            Assert.Equal($"{i}", consumer.Consume(patience.Token).Message.Value);
        }
    }

    [Behaviour]
    public async Task A_thousand_partitions_are_one_topic()
    {
        const int Partitions = 1_000;
        var topic = await CreateTopicAsync("wide", Partitions);
        Producer().SendAll(Enumerable.Range(0, 2 * Partitions).Select(i => (new TopicPartition(topic, i % Partitions), new Message<string?, string?> { Value = $"{i}" })));

        var records = ReadAll(topic).OrderBy(record => record.Offset.Value).ThenBy(record => record.Partition.Value);
        Assert.Equal(
            Enumerable.Range(0, 2 * Partitions).Select(i => (i % Partitions, (long)(i / Partitions), $"{i}")),
            records.Select(record => (record.Partition.Value, record.Offset.Value, record.Message.Value!)));
    }
}

public sealed class RecordsOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : Records(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class RecordsOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : Records(cluster, output), IClassFixture<ConfiguredCluster>;
