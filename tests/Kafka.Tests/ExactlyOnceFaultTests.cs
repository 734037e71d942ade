using Millrace.Broker;

namespace Millrace.Kafka.Tests;

/// <summary>Transactions over brokers that refuse, forget and fall silent: in the end each outcome is there once.</summary>
public sealed class ExactlyOnceFaultTests : ExactlyOnceFixture
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
    [InlineData(ApiKey.AddPartitionsToTxn, KafkaError.CoordinatorLoadInProgress)]
    [InlineData(ApiKey.AddPartitionsToTxn, KafkaError.NotCoordinator)]
    [InlineData(ApiKey.AddPartitionsToTxn, KafkaError.ConcurrentTransactions)]
    [InlineData(ApiKey.AddPartitionsToTxn, KafkaError.UnknownTopicOrPartition)]
    [InlineData(ApiKey.AddPartitionsToTxn, KafkaError.InvalidProducerIdMapping)]
    [InlineData(ApiKey.AddPartitionsToTxn, KafkaError.InvalidProducerEpoch)]
    [InlineData(ApiKey.AddPartitionsToTxn, KafkaError.ProducerFenced)]
    [InlineData(ApiKey.AddPartitionsToTxn, KafkaError.InvalidTxnState)]
    [InlineData(ApiKey.AddPartitionsToTxn, KafkaError.UnknownServerError)]
    [InlineData(ApiKey.Produce, KafkaError.NotLeaderOrFollower)]
    [InlineData(ApiKey.Produce, KafkaError.NotEnoughReplicas)]
    [InlineData(ApiKey.Produce, KafkaError.OutOfOrderSequenceNumber)]
    [InlineData(ApiKey.Produce, KafkaError.UnknownProducerId)]
    [InlineData(ApiKey.Produce, KafkaError.InvalidProducerEpoch)]
    [InlineData(ApiKey.Produce, KafkaError.InvalidTxnState)]
    [InlineData(ApiKey.Produce, KafkaError.UnknownServerError)]
    [InlineData(ApiKey.AddOffsetsToTxn, KafkaError.CoordinatorLoadInProgress)]
    [InlineData(ApiKey.AddOffsetsToTxn, KafkaError.NotCoordinator)]
    [InlineData(ApiKey.AddOffsetsToTxn, KafkaError.ConcurrentTransactions)]
    [InlineData(ApiKey.AddOffsetsToTxn, KafkaError.InvalidProducerEpoch)]
    [InlineData(ApiKey.AddOffsetsToTxn, KafkaError.UnknownServerError)]
    [InlineData(ApiKey.TxnOffsetCommit, KafkaError.NotCoordinator)]
    [InlineData(ApiKey.TxnOffsetCommit, KafkaError.CoordinatorLoadInProgress)]
    [InlineData(ApiKey.TxnOffsetCommit, KafkaError.UnknownMemberId)]
    [InlineData(ApiKey.TxnOffsetCommit, KafkaError.InvalidProducerEpoch)]
    [InlineData(ApiKey.TxnOffsetCommit, KafkaError.UnknownServerError)]
    [InlineData(ApiKey.EndTxn, KafkaError.NotCoordinator)]
    [InlineData(ApiKey.EndTxn, KafkaError.CoordinatorNotAvailable)]
    [InlineData(ApiKey.EndTxn, KafkaError.ConcurrentTransactions)]
    [InlineData(ApiKey.EndTxn, KafkaError.InvalidProducerIdMapping)]
    [InlineData(ApiKey.EndTxn, KafkaError.InvalidProducerEpoch)]
    [InlineData(ApiKey.EndTxn, KafkaError.ProducerFenced)]
    [InlineData(ApiKey.EndTxn, KafkaError.InvalidTxnState)]
    [InlineData(ApiKey.EndTxn, KafkaError.UnknownServerError)]
    public async Task An_error_of_any_kind_in_a_transaction_loses_and_repeats_nothing(ApiKey request, KafkaError error)
    {
        await FeedAsync(3 * Batch);
        var sink = Sink();
        await RunAsync(sink, 0, Batch);
        Broker.Faults.Fail(request, 1, error);

        await RunAsync(sink, Batch, 2 * Batch);
        await RunAsync(sink, 2 * Batch, 3 * Batch);

        Assert.Empty(Broker.Faults.Pending);
        AssertExactlyOnce(3 * Batch);
    }

    [Theory]
    [InlineData(ApiKey.InitProducerId)]
    [InlineData(ApiKey.OffsetFetch)]
    [InlineData(ApiKey.AddPartitionsToTxn)]
    [InlineData(ApiKey.Produce)]
    [InlineData(ApiKey.AddOffsetsToTxn)]
    [InlineData(ApiKey.TxnOffsetCommit)]
    [InlineData(ApiKey.EndTxn)]
    public async Task An_answer_that_never_comes_leaves_no_doubt_for_long(ApiKey request)
    {
        await FeedAsync(3 * Batch);
        await RunAsync(Sink(), 0, Batch);
        var sink = Sink();
        foreach (var point in Enum.GetValues<DropPoint>())
        {
            Broker.Faults.Drop(request, point);
        }

        await RunAsync(sink, 0, 2 * Batch);
        await RunAsync(sink, 2 * Batch, 3 * Batch);

        Assert.Empty(Broker.Faults.Pending);
        AssertExactlyOnce(3 * Batch);
    }

    [Fact]
    public async Task A_coordinator_that_moves_is_found_again()
    {
        await FeedAsync(2 * Batch);
        var sink = Sink();
        await RunAsync(sink, 0, Batch);
        Broker.Faults.LoseCoordinator(4);

        await RunAsync(sink, Batch, 2 * Batch);

        Assert.Empty(Broker.Faults.Pending);
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
