namespace Millrace.Conformance;

/// <summary>Who sees the records of transactions, and when.</summary>
/// <remarks>A commit or an abort returns before its markers are written; so a test waits for a record that comes after them.</remarks>
public abstract class TransactionIsolation(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    private const string End = "end";

    [Behaviour]
    public async Task Committed_records_are_seen_at_both_levels()
    {
        var topic = await CreateTopicAsync("committed");
        var producer = await TransactionalProducerAsync("t");

        await producer.CommitAsync(topic, "a", "b");

        await Producer().SendAsync(topic, End);
        Assert.Equal(["a", "b"], ReadToEnd(topic, IsolationLevel.ReadCommitted));
        Assert.Equal(["a", "b"], ReadToEnd(topic, IsolationLevel.ReadUncommitted));
    }

    [Behaviour]
    public async Task Aborted_records_are_seen_only_uncommitted()
    {
        var topic = await CreateTopicAsync("aborted");
        var producer = await TransactionalProducerAsync("t");

        await producer.AbortAsync(topic, "a", "b");
        await producer.CommitAsync(topic, "c");

        await Producer().SendAsync(topic, End);
        Assert.Equal(["c"], ReadToEnd(topic, IsolationLevel.ReadCommitted));
        Assert.Equal(["a", "b", "c"], ReadToEnd(topic, IsolationLevel.ReadUncommitted));
    }

    [Behaviour]
    public async Task An_open_transaction_holds_back_what_others_write_after_it()
    {
        var topic = await CreateTopicAsync("open");
        var (plain, producer) = (Producer(), await TransactionalProducerAsync("t"));

        await plain.SendAsync(topic, "before");
        await producer.BeginWithAsync(topic, "within");
        await plain.SendAsync(topic, "after", End);

        Assert.Equal(["before"], ReadAll(topic, IsolationLevel.ReadCommitted).Values());
        Assert.Equal(["before", "within", "after"], ReadToEnd(topic, IsolationLevel.ReadUncommitted));

        producer.CommitTransaction(Patience);

        Assert.Equal(["before", "within", "after"], ReadToEnd(topic, IsolationLevel.ReadCommitted));
    }

    [Behaviour]
    public async Task A_waiting_consumer_gets_what_a_commit_releases()
    {
        var topic = await CreateTopicAsync("released");
        var producer = await TransactionalProducerAsync("t");
        var consumer = Consumer("waiting", config => (config.IsolationLevel, config.FetchWaitMaxMs) = (IsolationLevel.ReadCommitted, 10_000));
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        await producer.BeginWithAsync(topic, "a");
        Assert.Empty(consumer.TakeToEnd(1));

        producer.CommitTransaction(Patience);

        Assert.Equal(["a"], consumer.Take(1).Values());
    }

    [Behaviour]
    public async Task Transactions_of_two_producers_interleave_in_a_partition()
    {
        var topic = await CreateTopicAsync("interleaved");
        var (left, right) = (await TransactionalProducerAsync("left"), await TransactionalProducerAsync("right"));

        await left.BeginWithAsync(topic, "left-1");
        await right.BeginWithAsync(topic, "right-1");
        await left.SendAsync(topic, "left-2");
        await right.SendAsync(topic, "right-2");
        right.AbortTransaction(Patience);
        await left.SendAsync(topic, "left-3");
        left.CommitTransaction(Patience);

        await Producer().SendAsync(topic, End);
        Assert.Equal(["left-1", "left-2", "left-3"], ReadToEnd(topic, IsolationLevel.ReadCommitted));
        Assert.Equal(["left-1", "right-1", "left-2", "right-2", "left-3"], ReadToEnd(topic, IsolationLevel.ReadUncommitted));
    }

    [Behaviour]
    public async Task A_producer_may_commit_and_abort_nothing()
    {
        var topic = await CreateTopicAsync("empty");
        var producer = await TransactionalProducerAsync("t");

        await producer.CommitAsync(topic);
        await producer.AbortAsync(topic);
        await producer.CommitAsync(topic, "something");

        Assert.Equal(["something"], Committed(topic).Take(1).Values());
    }

    [Behaviour]
    public async Task A_transaction_over_many_partitions_is_all_or_nothing()
    {
        const int Partitions = 32;
        var topic = await CreateTopicAsync("spread", Partitions);
        var producer = await TransactionalProducerAsync("t");

        foreach (var commits in (bool[])[true, false, true])
        {
            producer.BeginTransaction();
            producer.SendAll(Enumerable.Range(0, Partitions * 3).Select(i => (new TopicPartition(topic, i % Partitions), new Message<string?, string?> { Value = commits ? "kept" : "dropped" })));
            if (commits)
            {
                producer.CommitTransaction(Patience);
            }
            else
            {
                producer.AbortTransaction(Patience);
            }
        }

        var consumer = Consumer("spread", config => config.IsolationLevel = IsolationLevel.ReadCommitted);
        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var kept = consumer.Take(Partitions * 6);

        Assert.All(kept.Values(), value => Assert.Equal("kept", value));
        Assert.All(kept.CountBy(record => record.Partition), partition => Assert.Equal(6, partition.Value));
    }

    [Behaviour]
    public async Task A_consumer_that_starts_within_an_aborted_transaction_sees_none_of_it()
    {
        var topic = await CreateTopicAsync("midway");
        await (await TransactionalProducerAsync("t")).AbortAsync(topic, "a", "b", "c", "d");
        await Producer().SendAsync(topic, "after");

        Assert.Equal(["after"], Committed(topic, from: 2).Take(1).Values());
    }

    [Behaviour]
    public async Task Many_transactions_leave_exactly_what_was_committed()
    {
        const int Seed = 7;
        Output.WriteLine($"Seed {Seed}");
        var random = new Random(Seed);
        var topic = await CreateTopicAsync("many");
        IProducer<string?, string?>[] producers = [await TransactionalProducerAsync("a"), await TransactionalProducerAsync("b"), await TransactionalProducerAsync("c")];
        var open = new List<string>[producers.Length];
        var (committed, written) = (new HashSet<string>(), new List<string>());

        for (var i = 0; i < 150; i++)
        {
            var which = random.Next(producers.Length);
            if (open[which] is null)
            {
                producers[which].BeginTransaction();
                open[which] = [];
            }

            await producers[which].SendAsync(topic, $"{i}");
            open[which].Add($"{i}");
            written.Add($"{i}");
            if (random.Next(3) == 0)
            {
                Complete(which);
            }
        }

        foreach (var which in Enumerable.Range(0, producers.Length).Where(which => open[which] is not null))
        {
            Complete(which);
        }

        await Producer().SendAsync(topic, End);
        Assert.NotEqual(written.Count, committed.Count);
        Assert.Equal(written.Where(committed.Contains), ReadToEnd(topic, IsolationLevel.ReadCommitted));
        Assert.Equal(written, ReadToEnd(topic, IsolationLevel.ReadUncommitted));

        void Complete(int which)
        {
            if (random.Next(2) == 0)
            {
                producers[which].CommitTransaction(Patience);
                committed.UnionWith(open[which]);
            }
            else
            {
                producers[which].AbortTransaction(Patience);
            }

            open[which] = null!;
        }
    }

    [Behaviour]
    public async Task The_end_of_a_transaction_takes_an_offset()
    {
        var topic = await CreateTopicAsync("marked");
        await (await TransactionalProducerAsync("t")).CommitAsync(topic, "a");
        var consumer = Consumer("watching");

        await Eventually.IsTrueAsync("the marker is written", () => consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), Patience).High == 2);
    }

    private IEnumerable<string?> ReadToEnd(string topic, IsolationLevel level)
    {
        using var consumer = Consumer("reader", config => config.IsolationLevel = level);
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        return consumer.TakeBefore(End).Values();
    }

    private IConsumer<string?, string?> Committed(string topic, long from = 0)
    {
        var consumer = Consumer("committed", config => config.IsolationLevel = IsolationLevel.ReadCommitted);
        consumer.Assign(new TopicPartitionOffset(topic, 0, from));
        return consumer;
    }
}

public sealed class TransactionIsolationOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : TransactionIsolation(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class TransactionIsolationOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : TransactionIsolation(cluster, output), IClassFixture<ConfiguredCluster>;
