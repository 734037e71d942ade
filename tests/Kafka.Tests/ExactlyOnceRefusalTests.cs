using Millrace.Broker;
using Millrace.Core;

namespace Millrace.Kafka.Tests;

/// <summary>Records that can never be written: they come back, and of everything else nothing is missing.</summary>
public sealed class ExactlyOnceRefusalTests : ExactlyOnceFixture
{
    private const int Limit = 10_000;
    private const int Total = 20;

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 11)]
    [InlineData(true, 19)]
    [InlineData(false, 1)]
    [InlineData(false, 11)]
    [InlineData(false, 19)]
    [InlineData(false, 1, 2, 3, 11, 19)]
    public async Task What_is_too_large_comes_back_wherever_it_stands_and_the_rest_is_written_with_what_takes_its_place(bool byClient, params int[] large)
    {
        await FeedAsync(Total);
        Broker.CreateTopic("strict", 1, new Dictionary<string, string> { ["max.message.bytes"] = $"{Limit}" });
        await using var session = await OpenExactlyOnceAsync(byClient ? Sink(Limit) : Sink());
        for (var n = 0; n < Total; n++)
        {
            await session.AppendAsync(Processed(n, Output(n, "strict", large.Contains(n) ? 2 * Limit : 0)), CancellationToken.None);
        }

        var refused = await SettleAsync(session);

        Assert.Equal(large, refused.Select(record => (int)record.Processed.Input.Position.Offset).Order());
        Assert.All(refused, record => Assert.NotEmpty(record.Reason));
        Assert.Empty(ReadCommitted("strict"));
        Assert.NotEqual(Total, Checkpoint());

        foreach (var n in large)
        {
            await session.AppendAsync(Processed(n, Output(n, "errors")), CancellationToken.None);
        }

        Assert.Empty(await SettleAsync(session));
        Assert.Equal(Enumerable.Range(0, Total).Except(large), ReadCommitted("strict"));
        Assert.Equal(large, ReadCommitted("errors"));
        Assert.Equal(Total, Checkpoint());
    }

    [Theory]
    [InlineData(KafkaError.InvalidRecord)]
    [InlineData(KafkaError.MessageTooLarge)]
    [InlineData(KafkaError.RecordListTooLarge)]
    [InlineData(KafkaError.InvalidTimestamp)]
    public async Task A_single_record_that_the_broker_refuses_comes_back(KafkaError error)
    {
        await FeedAsync(2);
        await using var session = await OpenExactlyOnceAsync(Sink());
        var single = Processed(0);
        await session.AppendAsync(single, CancellationToken.None);
        await session.AppendAsync(new ProcessedRecord(Testing.Some.Record(1), new Outcome.Filtered("because"), []), CancellationToken.None);

        // The first time may be an accident: it is looked into only after that.
        Broker.Faults.Fail(ApiKey.Produce, 2, error);

        Assert.Same(single, Assert.Single(await SettleAsync(session)).Processed);
    }

    [Fact]
    public async Task Of_records_that_were_refused_only_for_their_company_none_comes_back()
    {
        await FeedAsync(Total);
        Broker.Faults.Fail(ApiKey.Produce, 1, KafkaError.InvalidRecord);

        await RunAsync(Sink(), 0, Total);

        AssertExactlyOnce(Total);
    }

    [Fact]
    public async Task Of_a_record_with_one_refused_output_no_other_output_is_written()
    {
        await FeedAsync(2);
        await using var session = await OpenExactlyOnceAsync(Sink(Limit));
        var half = Processed(0, Output(0), Output(0, valueBytes: 2 * Limit), Output(0));
        await session.AppendAsync(half, CancellationToken.None);
        await session.AppendAsync(Processed(1), CancellationToken.None);

        Assert.Same(half, Assert.Single(await SettleAsync(session)).Processed);
        await session.AppendAsync(Processed(0, Output(0, "errors")), CancellationToken.None);
        Assert.Empty(await SettleAsync(session));

        Assert.Equal([1], ReadCommitted("out"));
        Assert.Equal([0], ReadCommitted("errors"));
    }
}
