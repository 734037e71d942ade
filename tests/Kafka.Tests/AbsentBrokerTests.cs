using Millrace.Broker;

namespace Millrace.Kafka.Tests;

/// <summary>Brokers that are away, and sessions that are opened on brokers that refuse: in the end each outcome is there once.</summary>
public sealed class AbsentBrokerTests : ExactlyOnceFixture
{
    private const int Batch = 30;

    [Theory]
    [InlineData(ApiKey.InitProducerId, KafkaError.CoordinatorLoadInProgress)]
    [InlineData(ApiKey.InitProducerId, KafkaError.NotCoordinator)]
    [InlineData(ApiKey.InitProducerId, KafkaError.ConcurrentTransactions)]
    [InlineData(ApiKey.InitProducerId, KafkaError.TransactionalIdAuthorizationFailed)]
    [InlineData(ApiKey.InitProducerId, KafkaError.UnknownServerError)]
    [InlineData(ApiKey.OffsetFetch, KafkaError.NotCoordinator)]
    [InlineData(ApiKey.OffsetFetch, KafkaError.CoordinatorLoadInProgress)]
    [InlineData(ApiKey.OffsetFetch, KafkaError.UnstableOffsetCommit)]
    [InlineData(ApiKey.OffsetFetch, KafkaError.UnknownServerError)]
    [InlineData(ApiKey.ListOffsets, KafkaError.NotLeaderOrFollower)]
    public async Task What_goes_wrong_while_a_session_opens_is_retried(ApiKey request, KafkaError error)
    {
        await FeedAsync(2 * Batch);
        await RunAsync(Sink(), 0, Batch);
        Broker.Faults.Fail(request, 2, error);

        await RunAsync(Sink(), 0, 2 * Batch);

        AssertExactlyOnce(2 * Batch);
    }

    [Theory]
    [InlineData(ApiKey.AddPartitionsToTxn)]
    [InlineData(ApiKey.Produce)]
    [InlineData(ApiKey.TxnOffsetCommit)]
    [InlineData(ApiKey.EndTxn)]
    public async Task A_broker_that_goes_down_in_the_middle_is_waited_for(ApiKey step)
    {
        await FeedAsync(2 * Batch);
        var sink = Sink();
        await RunAsync(sink, 0, Batch);
        Broker.Faults.Delay(TimeSpan.FromMilliseconds(200), step, times: 1);
        var running = Task.Run(() => RunAsync(sink, Batch, 2 * Batch));
        await MetAsync();

        await Broker.DownAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        Broker.Up();

        await running.WaitAsync(Patience);
        AssertExactlyOnce(2 * Batch);
    }

    [Fact]
    public async Task A_broker_that_is_down_before_a_transaction_begins_is_waited_for()
    {
        await FeedAsync(2 * Batch);
        var sink = Sink();
        await RunAsync(sink, 0, Batch);
        await Broker.DownAsync();
        var running = Task.Run(() => RunAsync(sink, Batch, 2 * Batch));
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);

        Broker.Up();

        await running.WaitAsync(Patience);
        AssertExactlyOnce(2 * Batch);
    }

    [Fact]
    public async Task A_topic_that_is_made_late_is_waited_for()
    {
        await FeedAsync(1);
        await using var session = await OpenExactlyOnceAsync(Sink());
        await session.AppendAsync(Processed(0, Output(0, "late")), CancellationToken.None);
        Broker.Faults.Fail(ApiKey.AddPartitionsToTxn, 1, KafkaError.UnknownTopicOrPartition);
        Broker.CreateTopic("late");

        await SettleAsync(session);

        Assert.Equal([0], ReadCommitted("late"));
    }
}
