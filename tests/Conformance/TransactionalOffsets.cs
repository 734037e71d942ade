using System.Globalization;

namespace Millrace.Conformance;

/// <summary>Offsets that are committed with the records of a transaction.</summary>
public abstract class TransactionalOffsets(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    [Behaviour]
    public async Task Offsets_of_a_committed_transaction_are_the_groups()
    {
        var partition = new TopicPartition(await CreateTopicAsync("input"), 0);
        var (producer, outsider) = (await TransactionalProducerAsync("t"), Consumer("g"));

        producer.BeginTransaction();
        Send(producer, outsider.ConsumerGroupMetadata, partition, 5);
        producer.CommitTransaction(Patience);

        // The markers are written after the commit has returned; a consumer that reads committed waits for them.
        Assert.Equal(5, Committed(outsider, partition));
    }

    [Behaviour]
    public async Task Offsets_of_an_aborted_transaction_are_forgotten()
    {
        var partition = new TopicPartition(await CreateTopicAsync("input"), 0);
        var (producer, outsider) = (await TransactionalProducerAsync("t"), Consumer("g"));
        outsider.Commit([new TopicPartitionOffset(partition, 3)]);

        producer.BeginTransaction();
        Send(producer, outsider.ConsumerGroupMetadata, partition, 9);
        producer.AbortTransaction(Patience);

        Assert.Equal(3, Committed(outsider, partition));
    }

    [Behaviour]
    public async Task A_consumer_that_reads_committed_waits_for_offsets_of_an_open_transaction()
    {
        var partition = new TopicPartition(await CreateTopicAsync("input"), 0);
        var producer = await TransactionalProducerAsync("t");
        var (patient, hasty) = (Consumer("g"), Consumer("g", config => config.IsolationLevel = IsolationLevel.ReadUncommitted));
        hasty.Commit([new TopicPartitionOffset(partition, 3)]);
        producer.BeginTransaction();
        Send(producer, patient.ConsumerGroupMetadata, partition, 9);

        var waiting = Task.Run(() => Committed(patient, partition));
        Assert.Equal(3, Committed(hasty, partition));
        Assert.False(waiting.IsCompleted);
        producer.CommitTransaction(Patience);

        Assert.Equal(9, await waiting);
    }

    [Behaviour]
    public async Task A_member_commits_its_offsets_in_a_transaction()
    {
        var topic = await CreateTopicAsync("input", 2);
        var producer = await TransactionalProducerAsync("t");
        using var member = Join("g", topic);
        await member.HasAsync(2);

        producer.BeginTransaction();
        Send(producer, member.Metadata, new TopicPartition(topic, 1), 4);
        producer.CommitTransaction(Patience);

        Assert.Equal(4, Committed(Consumer("g"), new TopicPartition(topic, 1)));
    }

    [Behaviour]
    public async Task A_later_commit_wins_over_an_earlier_one()
    {
        var partition = new TopicPartition(await CreateTopicAsync("input"), 0);
        var (producer, outsider) = (await TransactionalProducerAsync("t"), Consumer("g"));

        foreach (var offset in (long[])[3, 8, 5])
        {
            producer.BeginTransaction();
            Send(producer, outsider.ConsumerGroupMetadata, partition, offset);
            producer.CommitTransaction(Patience);
        }

        Assert.Equal(5, Committed(outsider, partition));
    }

    [Behaviour]
    public async Task Each_record_passes_through_exactly_once_however_many_transactions_abort()
    {
        const int Seed = 11;
        const int Count = 300;
        Output.WriteLine($"Seed {Seed}");
        var random = new Random(Seed);
        var (input, result) = (await CreateTopicAsync("input"), await CreateTopicAsync("output"));
        Producer().SendAll(Enumerable.Range(0, Count).Select(i => (new TopicPartition(input, 0), new Message<string?, string?> { Value = $"{i}" })));
        var producer = await TransactionalProducerAsync("t");
        var partition = new TopicPartition(input, 0);
        var consumer = Consumer("g", config => config.EnablePartitionEof = false);

        for (var (passed, aborted) = (0L, 0); passed < Count;)
        {
            consumer.Assign(new TopicPartitionOffset(partition, passed));
            var batch = consumer.Take((int)Math.Min(1 + random.Next(40), Count - passed));
            producer.BeginTransaction();
            producer.SendAll(batch.Select(record => (new TopicPartition(result, 0), new Message<string?, string?> { Value = record.Message.Value })));
            Send(producer, consumer.ConsumerGroupMetadata, partition, batch[^1].Offset.Value + 1);
            if (aborted == 0 || random.Next(3) == 0)
            {
                producer.AbortTransaction(Patience);
                aborted++;
            }
            else
            {
                producer.CommitTransaction(Patience);
            }

            passed = Committed(consumer, partition) is var committed and > 0 ? committed : 0;
        }

        var reader = Consumer("reader", config => config.IsolationLevel = IsolationLevel.ReadCommitted);
        reader.Assign(new TopicPartitionOffset(result, 0, Offset.Beginning));
        Assert.Equal(Enumerable.Range(0, Count), reader.Take(Count).Values().Select(value => int.Parse(value!, CultureInfo.InvariantCulture)));
    }

    private static void Send(IProducer<string?, string?> producer, IConsumerGroupMetadata metadata, TopicPartition partition, long offset) =>
        Transactions.Retry(() => producer.SendOffsetsToTransaction([new TopicPartitionOffset(partition, offset)], metadata, Patience));

    private static long Committed(IConsumer<string?, string?> consumer, TopicPartition partition) =>
        consumer.Committed([partition], Patience).Single().Offset.Value;
}

public sealed class TransactionalOffsetsOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : TransactionalOffsets(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class TransactionalOffsetsOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : TransactionalOffsets(cluster, output), IClassFixture<ConfiguredCluster>;
