using Millrace.Broker;

namespace Millrace.Kafka.Tests;

/// <summary>Brokers that refuse what begins and fills a transaction: in the end each outcome is there once.</summary>
public sealed class TransactionWriteFaultTests : ExactlyOnceFixture
{
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
    public Task An_error_of_any_kind_loses_and_repeats_nothing(ApiKey request, KafkaError error) => AssertSurvivesAsync(request, error);
}
