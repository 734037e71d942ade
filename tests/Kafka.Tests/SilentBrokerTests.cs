using Millrace.Broker;

namespace Millrace.Kafka.Tests;

/// <summary>Brokers that forget and fall silent: in the end each outcome is there once.</summary>
public sealed class SilentBrokerTests : ExactlyOnceFixture
{
    private const int Batch = 30;

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
}
