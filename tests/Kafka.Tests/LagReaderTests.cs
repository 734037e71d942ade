using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Kafka.Tests;

public sealed class LagReaderTests : KafkaFixture
{
    [Fact]
    public async Task Without_a_commit_everything_is_behind()
    {
        Broker.CreateTopic("a", 2);
        await ProduceAsync("a", 0, Records(3));

        Assert.Equal(new Dictionary<StreamPartition, long> { [new("a", 0)] = 3, [new("a", 1)] = 0 }, Lag("a").Read());
    }

    [Fact]
    public async Task What_is_committed_is_not_behind()
    {
        Broker.CreateTopic("a");
        await ProduceAsync("a", 0, Records(5));
        var lag = Lag("a");

        Commit("stage", new TopicPartitionOffset("a", 0, 2));
        Assert.Equal(3, lag.Read()[new("a", 0)]);

        Commit("stage", new TopicPartitionOffset("a", 0, 5));
        Assert.Equal(0, lag.Read()[new("a", 0)]);
    }

    [Fact]
    public async Task The_time_of_the_first_record_that_is_not_committed_tells_how_old_the_lag_is()
    {
        Broker.CreateTopic("a");
        var noon = DateTimeOffset.UnixEpoch.AddYears(56).AddHours(12);
        await ProduceAsync("a", 0, [.. Enumerable.Range(0, 3).Select(n => new Message<byte[]?, byte[]?> { Value = [1], Timestamp = new Timestamp(noon.AddMinutes(n)) })]);
        var lag = Lag("a");

        Assert.Equal(new PartitionLag(3, noon), lag.Measure()[new("a", 0)]);

        Commit("stage", new TopicPartitionOffset("a", 0, 1));
        Assert.Equal(new PartitionLag(2, noon.AddMinutes(1)), lag.Measure()[new("a", 0)]);

        Commit("stage", new TopicPartitionOffset("a", 0, 3));
        Assert.Equal(new PartitionLag(0, null), lag.Measure()[new("a", 0)]);
    }

    [Fact]
    public async Task Records_that_come_later_are_behind()
    {
        Broker.CreateTopic("a");
        var lag = Lag("a");
        Assert.Equal(0, lag.Read()[new("a", 0)]);

        await ProduceAsync("a", 0, Records(4));

        Assert.Equal(4, lag.Read()[new("a", 0)]);
    }

    [Fact]
    public async Task Every_partition_of_every_topic_counts()
    {
        Broker.CreateTopic("a", 2);
        Broker.CreateTopic("b");
        await ProduceAsync("a", 0, Records(1));
        await ProduceAsync("a", 1, Records(2));
        await ProduceAsync("b", 0, Records(3));
        Commit("stage", new TopicPartitionOffset("a", 1, 1), new TopicPartitionOffset("b", 0, 3));

        Assert.Equal(new Dictionary<StreamPartition, long> { [new("a", 0)] = 1, [new("a", 1)] = 1, [new("b", 0)] = 0 }, Lag("a", "b").Read());
    }

    // The time that a reading may take is for all partitions together: one after another they would not be done by then.
    [Fact]
    public async Task Many_partitions_that_are_behind_are_looked_at_together()
    {
        const int Partitions = 64;
        Broker.CreateTopic("a", Partitions);
        await Task.WhenAll(Enumerable.Range(0, Partitions).Select(partition => ProduceAsync("a", partition, Records(1 + (partition % 3)))));

        Assert.Equal(Enumerable.Range(0, Partitions).ToDictionary(partition => new StreamPartition("a", partition), partition => 1L + (partition % 3)), Lag("a").Read());
    }

    [Fact]
    public async Task Another_group_has_a_lag_of_its_own()
    {
        Broker.CreateTopic("a");
        await ProduceAsync("a", 0, Records(2));
        Commit("other", new TopicPartitionOffset("a", 0, 2));

        Assert.Equal(2, Lag("a").Read()[new("a", 0)]);
    }

    [Fact]
    public async Task What_was_deleted_is_not_behind()
    {
        Broker.CreateTopic("a");
        await ProduceAsync("a", 0, Records(8));
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = Broker.BootstrapServers }).SetLogHandler((_, _) => { }).Build();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset("a", 0, 5)]);

        Assert.Equal(3, Lag("a").Read()[new("a", 0)]);
    }

    [Fact]
    public async Task Markers_of_transactions_and_aborted_records_are_not_behind()
    {
        Broker.CreateTopic("a");
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = Broker.BootstrapServers, TransactionalId = "t" })
            .SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(Patience);
        await TransactionAsync(producer, 3, commit: true);
        var lag = Lag("a");
        Assert.Equal(4, lag.Read()[new("a", 0)]);

        // What a consumer commits is the offset after the last record that it was given.
        Commit("stage", new TopicPartitionOffset("a", 0, 3));
        Assert.Equal(0, lag.Read()[new("a", 0)]);
        Assert.Equal(0, lag.Read()[new("a", 0)]);

        await TransactionAsync(producer, 5, commit: false);
        Assert.Equal(0, lag.Read()[new("a", 0)]);

        await TransactionAsync(producer, 2, commit: true);
        Assert.Equal(3, lag.Read()[new("a", 0)]);
        Commit("stage", new TopicPartitionOffset("a", 0, 11));
        Assert.Equal(2, lag.Read()[new("a", 0)]);
        Commit("stage", new TopicPartitionOffset("a", 0, 12));
        Assert.Equal(0, lag.Read()[new("a", 0)]);
    }

    [Fact]
    public void A_topic_that_does_not_exist_is_an_error_that_names_it()
    {
        var error = Assert.Throws<KafkaException>(() => Lag("absent").Read());

        Assert.Contains("'absent'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_need_not_be_there_counts_from_when_it_is()
    {
        Broker.CreateTopic("a");
        var lag = Own(new LagReader(Options(), "stage", ["a"], "late"));
        Assert.Equal([new("a", 0)], lag.Read().Keys);

        Broker.CreateTopic("late");
        await ProduceAsync("late", 0, Records(2));

        Assert.Equal(2, lag.Read()[new("late", 0)]);
    }

    private static async Task TransactionAsync(IProducer<byte[]?, byte[]?> producer, int records, bool commit)
    {
        producer.BeginTransaction();
        await Task.WhenAll(Records(records).Select(record => producer.ProduceAsync(new TopicPartition("a", 0), record)));
        if (commit)
        {
            producer.CommitTransaction(Patience);
        }
        else
        {
            producer.AbortTransaction(Patience);
        }
    }

    private static Message<byte[]?, byte[]?>[] Records(int count) => [.. Enumerable.Range(0, count).Select(_ => new Message<byte[]?, byte[]?> { Value = [1] })];

    private LagReader Lag(params string[] topics) => Own(new LagReader(Options(), "stage", topics));
}
