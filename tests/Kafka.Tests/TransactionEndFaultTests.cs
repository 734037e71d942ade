using Millrace.Broker;

namespace Millrace.Kafka.Tests;

/// <summary>Brokers that refuse what ends a transaction: in the end each outcome is there once.</summary>
public sealed class TransactionEndFaultTests : ExactlyOnceFixture
{
    [Theory]
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
    public Task An_error_of_any_kind_loses_and_repeats_nothing(ApiKey request, KafkaError error) => AssertSurvivesAsync(request, error);
}
