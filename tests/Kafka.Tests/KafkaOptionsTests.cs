using Confluent.Kafka;

namespace Millrace.Kafka.Tests;

public sealed class KafkaOptionsTests : KafkaFixture
{
    [Fact]
    public void A_producer_loses_and_repeats_nothing_by_itself()
    {
        var config = new KafkaOptions { BootstrapServers = "a:1,b:2" }.CreateProducerConfig(123_456);

        Assert.Equal("a:1,b:2", config.BootstrapServers);
        Assert.Equal(Acks.All, config.Acks);
        Assert.True(config.EnableIdempotence);
        Assert.Equal(123_456, config.MessageMaxBytes);
    }

    [Fact]
    public void A_consumer_reads_what_is_committed_and_commits_nothing()
    {
        var config = new KafkaOptions { BootstrapServers = "a:1" }.CreateConsumerConfig("g");

        Assert.Equal("a:1", config.BootstrapServers);
        Assert.Equal("g", config.GroupId);
        Assert.False(config.EnableAutoCommit);
        Assert.Equal(IsolationLevel.ReadCommitted, config.IsolationLevel);
        Assert.Equal(AutoOffsetReset.Earliest, config.AutoOffsetReset);
    }

    [Fact]
    public void A_setting_of_the_client_library_wins_over_the_default()
    {
        var options = new KafkaOptions { BootstrapServers = "a:1" };
        options.Client["bootstrap.servers"] = "b:2";
        options.Client["security.protocol"] = "sasl_ssl";
        options.Client["linger.ms"] = "7";
        options.Producer["linger.ms"] = "9";

        var producer = options.CreateProducerConfig();
        var consumer = options.CreateConsumerConfig("g");

        Assert.Equal(("b:2", SecurityProtocol.SaslSsl, 9), (producer.BootstrapServers, producer.SecurityProtocol, producer.LingerMs));
        Assert.Equal(("b:2", SecurityProtocol.SaslSsl), (consumer.BootstrapServers, consumer.SecurityProtocol));
        Assert.Equal("7", consumer.Get("linger.ms"));
    }

    [Fact]
    public void A_setting_of_producers_is_none_of_consumers()
    {
        var options = new KafkaOptions { BootstrapServers = "a:1" };
        options.Producer["compression.type"] = "zstd";

        Assert.Equal("zstd", options.CreateProducerConfig().Get("compression.type"));
        Assert.DoesNotContain(options.CreateConsumerConfig("g"), setting => setting.Key == "compression.type");
    }

    // The hashes are those of testMurmur2 in Apache Kafka's
    // clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java; the partition follows from them as in its BuiltInPartitioner.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public async Task A_key_has_the_partition_that_Java_gives_it(string key, int hash)
    {
        const int Partitions = 31;
        Broker.CreateTopic("out", Partitions);
        await using var session = await OpenAsync(Sink());
        await session.AppendAsync(Processed(0, Output(0) with { Key = System.Text.Encoding.UTF8.GetBytes(key) }), CancellationToken.None);
        await session.SettleAsync(CancellationToken.None);

        Assert.Equal(1, Count("out", (hash & 0x7fffffff) % Partitions));
    }
}
