using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker;
using Millrace.Core;

namespace Millrace.Kafka.Tests;

/// <summary>How many producers there are, and for how long.</summary>
public sealed class SessionPoolTests : ExactlyOnceFixture
{
    [Fact]
    public async Task A_producer_stays_for_the_next_batch()
    {
        await FeedAsync(20);
        var sink = Sink();
        await RunAsync(sink, 0, 10);
        Broker.Faults.Fail(ApiKey.InitProducerId, 1, KafkaError.InvalidProducerEpoch);

        await RunAsync(sink, 10, 20);

        Assert.Single(Broker.Faults.Pending);
        Assert.Equal(1, sink.Sessions);
    }

    [Fact]
    public async Task A_producer_that_nobody_uses_is_closed_and_opened_again_when_somebody_does()
    {
        await FeedAsync(20);
        var time = new FakeTimeProvider();
        var sink = Own(new KafkaSink(Options(), 1_000_000, NullLogger<KafkaSink>.Instance, time));
        await RunAsync(sink, 0, 10);
        Assert.Equal(1, sink.Sessions);

        time.Advance(new KafkaOptions().SessionIdleTime * 1.5);

        Assert.Equal(0, sink.Sessions);
        await RunAsync(sink, 10, 20);
        AssertExactlyOnce(20);
    }

    [Fact]
    public async Task A_producer_in_use_is_not_closed_however_long_its_batch_takes()
    {
        var time = new FakeTimeProvider();
        var sink = Own(new KafkaSink(Options(), 1_000_000, NullLogger<KafkaSink>.Instance, time));
        await using var session = await OpenExactlyOnceAsync(sink);

        time.Advance(new KafkaOptions().SessionIdleTime * 3);

        Assert.Equal(1, sink.Sessions);
    }

    [Fact]
    public async Task No_more_producers_are_open_than_the_options_allow()
    {
        var options = Options();
        options.MaxSessions = 2;
        var sink = Own(new KafkaSink(options, 1_000_000, NullLogger<KafkaSink>.Instance));
        var most = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(partition => Task.Run(async () =>
        {
            await using var session = await OpenExactlyOnceAsync(sink, partition);
            lock (options)
            {
                most = Math.Max(most, sink.Sessions);
            }

            await session.AppendAsync(new ProcessedRecord(Testing.Some.Record(0, partition: partition), new Outcome.Emitted([]), [Output(partition)]), CancellationToken.None);
            await SettleAsync(session);
        })).ToList());

        Assert.InRange(most, 1, 2);
        Assert.Equal(Enumerable.Range(0, 8), ReadCommitted("out").Order());
    }

}
