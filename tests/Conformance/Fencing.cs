namespace Millrace.Conformance;

/// <summary>Those who have been replaced can no longer write.</summary>
public abstract class Fencing(IConformanceCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output)
{
    [Behaviour]
    public async Task A_producer_whose_id_was_taken_over_cannot_produce()
    {
        var topic = await CreateTopicAsync("produced");
        var zombie = await TransactionalProducerAsync("t");
        zombie.BeginTransaction();

        await TransactionalProducerAsync("t");

        var refused = await Assert.ThrowsAsync<ProduceException<string?, string?>>(() => zombie.SendAsync(topic, "late"));
        Assert.Contains(refused.Error.Code, (ErrorCode[])[ErrorCode.Local_Fenced, ErrorCode.InvalidProducerEpoch, ErrorCode.ProducerFenced, ErrorCode.Local_PurgeQueue]);
        var fatal = Assert.Throws<KafkaException>(() => zombie.CommitTransaction(Patience));
        Assert.Equal((true, ErrorCode.Local_Fenced), (fatal.Error.IsFatal, fatal.Error.Code));
    }

    [Behaviour]
    public async Task A_producer_whose_id_was_taken_over_cannot_commit()
    {
        var topic = await CreateTopicAsync("committed");
        var zombie = await TransactionalProducerAsync("t");
        await zombie.BeginWithAsync(topic, "late");

        var successor = await TransactionalProducerAsync("t");

        var fatal = Assert.Throws<KafkaException>(() => zombie.CommitTransaction(Patience));
        Assert.Equal((true, ErrorCode.Local_Fenced), (fatal.Error.IsFatal, fatal.Error.Code));
        await successor.CommitAsync(topic, "new");
        Assert.Equal(["new"], FirstCommitted(topic));
    }

    [Behaviour]
    public async Task A_producer_whose_id_was_taken_over_cannot_commit_offsets()
    {
        var partition = new TopicPartition(await CreateTopicAsync("input"), 0);
        var (zombie, consumer) = (await TransactionalProducerAsync("t"), Consumer("g"));
        zombie.BeginTransaction();

        await TransactionalProducerAsync("t");

        var fatal = Assert.Throws<KafkaException>(() => zombie.SendOffsetsToTransaction([new TopicPartitionOffset(partition, 5)], consumer.ConsumerGroupMetadata, Patience));
        Assert.Equal((true, ErrorCode.Local_Fenced), (fatal.Error.IsFatal, fatal.Error.Code));
        Assert.Equal(Offset.Unset, consumer.Committed([partition], Patience).Single().Offset);
    }

    [Behaviour]
    public async Task A_transaction_that_was_left_open_is_aborted_by_the_next_producer_of_its_id()
    {
        var topic = await CreateTopicAsync("left");
        using (var crashed = await TransactionalProducerAsync("t"))
        {
            await crashed.BeginWithAsync(topic, "left");
        }

        await (await TransactionalProducerAsync("t")).CommitAsync(topic, "new");

        Assert.Equal(["new"], FirstCommitted(topic));
    }

    [Behaviour]
    public async Task A_transaction_that_outlives_its_timeout_is_aborted_and_its_producer_fenced()
    {
        var topic = await CreateTopicAsync("timed");
        var slow = await TransactionalProducerAsync("t", config => config.TransactionTimeoutMs = 1_000);
        await slow.BeginWithAsync(topic, "slow");
        await Producer().SendAsync(topic, "after");

        // Seen only when the transaction no longer holds it back.
        Assert.Equal(["after"], FirstCommitted(topic));

        var fatal = Assert.Throws<KafkaException>(() => slow.CommitTransaction(Patience));
        Assert.Equal((true, ErrorCode.Local_Fenced), (fatal.Error.IsFatal, fatal.Error.Code));
    }

    [Behaviour]
    public async Task Offsets_of_a_member_of_an_earlier_generation_are_refused_in_a_transaction()
    {
        var topic = await CreateTopicAsync("input", 2);
        var producer = await TransactionalProducerAsync("t");
        using var first = Join("g", topic);
        await first.HasAsync(2);
        var stale = first.Metadata;
        using var second = Join("g", topic);
        await second.HasAsync(1);
        await first.HasAsync(1);

        producer.BeginTransaction();
        var refused = Assert.Throws<KafkaTxnRequiresAbortException>(() => producer.SendOffsetsToTransaction([new TopicPartitionOffset(topic, 0, 5)], stale, Patience));

        Assert.Equal(ErrorCode.IllegalGeneration, refused.Error.Code);
        producer.AbortTransaction(Patience);
        Assert.Equal(Offset.Unset, Consumer("g").Committed([new TopicPartition(topic, 0)], Patience).Single().Offset);
    }

    [Behaviour]
    public async Task Offsets_of_a_member_that_left_are_refused_in_a_transaction()
    {
        var topic = await CreateTopicAsync("input");
        var producer = await TransactionalProducerAsync("t");
        using var first = Join("g", topic);
        await first.HasAsync(1);
        var stale = first.Metadata;
        await first.LeaveAsync();
        using var second = Join("g", topic);
        await second.HasAsync(1);

        producer.BeginTransaction();
        var refused = Assert.Throws<KafkaTxnRequiresAbortException>(() => producer.SendOffsetsToTransaction([new TopicPartitionOffset(topic, 0, 5)], stale, Patience));

        Assert.Equal(ErrorCode.UnknownMemberId, refused.Error.Code);
        producer.AbortTransaction(Patience);
    }

    private List<string?> FirstCommitted(string topic)
    {
        using var consumer = Consumer("reader", config => config.IsolationLevel = IsolationLevel.ReadCommitted);
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        return [.. consumer.Take(1).Values()];
    }
}

public sealed class FencingOnEmbeddedBroker(EmbeddedCluster cluster, ITestOutputHelper output) : Fencing(cluster, output), IClassFixture<EmbeddedCluster>;

public sealed class FencingOnConfiguredCluster(ConfiguredCluster cluster, ITestOutputHelper output) : Fencing(cluster, output), IClassFixture<ConfiguredCluster>;
