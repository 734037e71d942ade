using Millrace.Broker;

namespace Millrace.Conformance;

/// <summary>Requests that had their effect, but whose answer the client never got, so that it asks again.</summary>
public sealed class LostAnswers(EmbeddedCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output), IClassFixture<EmbeddedCluster>
{
    [Fact]
    public async Task A_producer_that_is_not_idempotent_writes_twice()
    {
        var topic = await CreateTopicAsync("doubled");
        var producer = Producer(config => (config.EnableIdempotence, config.MaxInFlight) = (false, 1));
        await producer.SendAsync(topic, "before");
        Lose(ApiKey.Produce);

        await producer.SendAsync(topic, "lost", "after");

        Assert.Equal(["before", "lost", "lost", "after"], ReadAll(topic).Values());
    }

    [Fact]
    public async Task An_idempotent_producer_writes_once()
    {
        var topic = await CreateTopicAsync("once");
        var producer = Producer(config => config.EnableIdempotence = true);
        await producer.SendAsync(topic, "before");
        Lose(ApiKey.Produce);

        await producer.SendAsync(topic, "lost", "after");

        Assert.Equal(["before", "lost", "after"], ReadAll(topic).Values());
    }

    [Fact]
    public async Task An_idempotent_producer_keeps_its_order_with_several_requests_under_way()
    {
        const int Count = 3_000;
        var topic = await CreateTopicAsync("ordered");
        var producer = Producer(config => (config.EnableIdempotence, config.BatchNumMessages) = (true, 10));
        Lose(ApiKey.Produce, times: 5);

        producer.SendAll(Enumerable.Range(0, Count).Select(i => (new TopicPartition(topic, 0), new Message<string?, string?> { Value = $"{i}" })));

        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), ReadAll(topic).Values());
    }

    [Theory]
    [InlineData(ApiKey.AddPartitionsToTxn)]
    [InlineData(ApiKey.AddOffsetsToTxn)]
    [InlineData(ApiKey.TxnOffsetCommit)]
    [InlineData(ApiKey.Produce)]
    [InlineData(ApiKey.EndTxn)]
    public async Task A_transaction_takes_place_once(ApiKey lost)
    {
        var topic = await CreateTopicAsync("transaction");
        var (producer, group) = (await TransactionalProducerAsync("t"), Consumer("g"));
        Lose(lost);

        producer.BeginTransaction();
        await producer.SendAsync(topic, "a", "b");
        producer.SendOffsetsToTransaction([new TopicPartitionOffset(topic, 0, 5)], group.ConsumerGroupMetadata, Patience);
        Transactions.Retry(() => producer.CommitTransaction(Patience));
        await producer.CommitAsync(topic, "end");

        Assert.Empty(cluster.Faults.Pending);
        using var reader = Consumer("reader", config => config.IsolationLevel = IsolationLevel.ReadCommitted);
        reader.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        Assert.Equal(["a", "b"], reader.TakeBefore("end").Values());
        Assert.Equal(5, group.Committed([new TopicPartition(topic, 0)], Patience).Single().Offset.Value);
    }

    [Fact]
    public async Task A_producer_that_registers_twice_does_not_fence_itself()
    {
        var topic = await CreateTopicAsync("registered");
        Lose(ApiKey.InitProducerId);

        await (await TransactionalProducerAsync("t")).CommitAsync(topic, "a");

        Assert.Empty(cluster.Faults.Pending);
    }

    [Theory]
    [InlineData(ApiKey.JoinGroup)]
    [InlineData(ApiKey.SyncGroup)]
    [InlineData(ApiKey.Heartbeat)]
    public async Task A_member_is_assigned_its_partitions(ApiKey lost)
    {
        var topic = await CreateTopicAsync("input", 2);
        Lose(lost);

        using var member = Join("g", topic);
        await member.HasAsync(2);

        await Eventually.IsTrueAsync("the answer was lost", () => cluster.Faults.Pending.Count == 0);
        await Producer().SendAsync(topic, "a");
        await Eventually.IsTrueAsync("the record came", () => member.Values.Contains("a"));
        await member.HasAsync(2);
    }

    [Fact]
    public async Task A_commit_is_repeated()
    {
        var partition = new TopicPartition(await CreateTopicAsync("committed"), 0);
        var consumer = Consumer("g");
        Lose(ApiKey.OffsetCommit);

        consumer.Commit([new TopicPartitionOffset(partition, 5)]);

        Assert.Equal(5, consumer.Committed([partition], Patience).Single().Offset.Value);
    }

    [Fact]
    public async Task A_group_and_a_transaction_follow_their_coordinator()
    {
        var topic = await CreateTopicAsync("moved");
        var (producer, group) = (await TransactionalProducerAsync("t"), Consumer("g"));
        producer.BeginTransaction();
        await producer.SendAsync(topic, "a");
        cluster.Faults.LoseCoordinator(times: 4);

        Transactions.Retry(() => producer.SendOffsetsToTransaction([new TopicPartitionOffset(topic, 0, 5)], group.ConsumerGroupMetadata, Patience));
        Transactions.Retry(() => producer.CommitTransaction(Patience));

        Assert.Equal(5, group.Committed([new TopicPartition(topic, 0)], Patience).Single().Offset.Value);
    }

    private void Lose(ApiKey request, int times = 1) => cluster.Faults.Drop(request, DropPoint.AfterApplying, times);
}
