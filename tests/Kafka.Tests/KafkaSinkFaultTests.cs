using Confluent.Kafka;
using Millrace.Broker;
using Millrace.Core;

namespace Millrace.Kafka.Tests;

/// <summary>The sink while something is wrong.</summary>
public sealed class KafkaSinkFaultTests : KafkaFixture
{
    [Fact]
    public async Task Nothing_is_settled_before_the_brokers_have_acknowledged_all_of_it()
    {
        Broker.CreateTopic("out");
        var session = await OpenAsync(Sink());
        await session.AppendAsync(Processed(0), CancellationToken.None);
        await session.SettleAsync(CancellationToken.None);
        await Broker.DownAsync();
        await session.AppendAsync(Processed(1), CancellationToken.None);
        await session.AppendAsync(Processed(2), CancellationToken.None);

        var settling = session.SettleAsync(CancellationToken.None).AsTask();

        Assert.False(settling.IsCompleted);
        Broker.Up();
        Assert.Empty(await settling.WaitAsync(Patience));
        Assert.Equal(3, Count("out"));
    }

    [Fact]
    public async Task A_slow_broker_is_waited_for()
    {
        Broker.CreateTopic("out");
        var session = await OpenAsync(Sink());
        await session.AppendAsync(Processed(0), CancellationToken.None);
        await session.SettleAsync(CancellationToken.None);
        var delay = TimeSpan.FromMilliseconds(400);
        Broker.Faults.Delay(delay);
        var started = TimeProvider.System.GetTimestamp();

        await session.AppendAsync(Processed(1), CancellationToken.None);
        await session.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience);

        // A lower bound holds on a machine of any speed, but for the grain of its timers.
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= delay * 0.9);
    }

    [Fact]
    public async Task A_broker_that_goes_and_comes_back_loses_nothing_and_keeps_the_order()
    {
        Broker.CreateTopic("out");
        await Broker.DownAsync();
        var session = await OpenAsync(Sink());
        for (var n = 0; n < 2_000; n++)
        {
            await session.AppendAsync(Processed(n), CancellationToken.None);
        }

        var settling = session.SettleAsync(CancellationToken.None).AsTask();
        Assert.False(settling.IsCompleted);
        Broker.Up();
        await settling.WaitAsync(Patience);

        Assert.Equal(Enumerable.Range(0, 2_000), Read("out", 2_000).Select(Number));
    }

    [Fact]
    public async Task An_error_that_passes_is_retried_by_the_client()
    {
        Broker.CreateTopic("out");
        Broker.Faults.Fail(ApiKey.Produce, 1, KafkaError.NotEnoughReplicas);
        Broker.Faults.Fail(ApiKey.Produce, 1, KafkaError.NotLeaderOrFollower);
        var session = await OpenAsync(Sink());
        for (var n = 0; n < 100; n++)
        {
            await session.AppendAsync(Processed(n), CancellationToken.None);
        }

        Assert.Empty(await session.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience));

        Assert.Equal(Enumerable.Range(0, 100), Read("out", 100).Select(Number));
    }

    [Fact]
    public async Task A_broker_that_never_takes_a_record_is_said_to()
    {
        Broker.CreateTopic("out");
        await Broker.DownAsync();
        var session = await OpenAsync(Sink(("message.timeout.ms", "300")));
        await session.AppendAsync(Processed(0), CancellationToken.None);

        var error = await Assert.ThrowsAsync<SinkException>(() => session.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience));

        Assert.Contains("Local_MsgTimedOut", error.Message, StringComparison.Ordinal);
        Assert.IsType<KafkaException>(error.InnerException);
    }

    [Fact]
    public async Task After_a_broker_that_took_nothing_the_next_session_works()
    {
        Broker.CreateTopic("out");
        await Broker.DownAsync();
        var sink = Sink(("message.timeout.ms", "300"));
        await using (var failing = await OpenAsync(sink))
        {
            await failing.AppendAsync(Processed(0), CancellationToken.None);
            await Assert.ThrowsAsync<SinkException>(() => failing.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience));
        }

        Broker.Up();
        while (await TrySettleAsync(sink, Processed(1)) is not null)
        {
            // The client takes a while to find that the broker is back, and the time of this record is short.
        }

        Assert.Equal([1], Read("out", 1).Select(Number));
    }

    [Fact]
    public async Task A_full_client_whose_broker_is_gone_says_so_rather_than_waiting_for_ever()
    {
        Broker.CreateTopic("out");
        await Broker.DownAsync();
        var session = await OpenAsync(Sink(("message.timeout.ms", "300"), ("queue.buffering.max.messages", "2")));
        await session.AppendAsync(Processed(0), CancellationToken.None);
        await session.AppendAsync(Processed(1), CancellationToken.None);

        await Assert.ThrowsAsync<SinkException>(() => session.AppendAsync(Processed(2), CancellationToken.None).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task A_record_that_the_broker_finds_too_large_is_given_back_and_those_after_it_are_taken()
    {
        Broker.CreateTopic("out");
        Broker.Faults.Fail(ApiKey.Produce, 1, KafkaError.MessageTooLarge);
        var session = await OpenAsync(Sink());
        var large = Processed(0);
        await session.AppendAsync(large, CancellationToken.None);

        var refused = Assert.Single(await session.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience));
        await session.AppendAsync(Processed(1), CancellationToken.None);

        Assert.Same(large, refused.Processed);
        Assert.NotEmpty(refused.Reason);
        Assert.Empty(await session.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience));
        Assert.Equal([1], Read("out", 1).Select(Number));
    }

    [Fact]
    public async Task A_record_that_the_client_finds_too_large_is_given_back_and_those_beside_it_are_taken()
    {
        Broker.CreateTopic("out");
        var session = await OpenAsync(Sink(maxMessageBytes: 10_000));
        var large = Processed(1, valueBytes: 20_000);
        foreach (var processed in (ProcessedRecord[])[Processed(0), large, Processed(2)])
        {
            await session.AppendAsync(processed, CancellationToken.None);
        }

        var refused = Assert.Single(await session.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience));

        Assert.Same(large, refused.Processed);
        Assert.Equal([0, 2], Read("out", 2).Select(Number));
    }

    [Fact]
    public async Task A_record_that_the_client_could_never_hold_is_given_back_rather_than_waited_for()
    {
        Broker.CreateTopic("out");
        var session = await OpenAsync(Sink(("queue.buffering.max.kbytes", "4")));
        var large = Processed(0, valueBytes: 20_000);

        await session.AppendAsync(large, CancellationToken.None).AsTask().WaitAsync(Patience);

        Assert.Same(large, Assert.Single(await session.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience)).Processed);
    }

    [Fact]
    public async Task The_largest_record_that_was_asked_for_fits_into_the_client()
    {
        const int Largest = 160 * 1024 * 1024;
        Broker.CreateTopic("out");
        await Broker.DownAsync();
        var session = await OpenAsync(Sink(Largest + 65_536));

        await session.AppendAsync(Processed(0, valueBytes: Largest), CancellationToken.None).AsTask().WaitAsync(Patience);
    }

    [Fact]
    public async Task A_record_with_several_outputs_that_are_too_large_is_given_back_once()
    {
        Broker.CreateTopic("out");
        var session = await OpenAsync(Sink(maxMessageBytes: 10_000));
        var large = Processed(0, Output(0, valueBytes: 20_000), Output(1, valueBytes: 20_000));

        await session.AppendAsync(large, CancellationToken.None);

        Assert.Same(large, Assert.Single(await session.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience)).Processed);
    }

    [Fact]
    public async Task A_host_that_stops_waits_for_no_acknowledgement()
    {
        Broker.CreateTopic("out");
        await Broker.DownAsync();
        var session = await OpenAsync(Sink());
        await session.AppendAsync(Processed(0), CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var settling = session.SettleAsync(stop.Token).AsTask();
        Assert.False(settling.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => settling.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_host_that_stops_waits_for_no_room()
    {
        Broker.CreateTopic("out");
        await Broker.DownAsync();
        var session = await OpenAsync(Sink(("queue.buffering.max.messages", "1")));
        await session.AppendAsync(Processed(0), CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var appending = session.AppendAsync(Processed(1), stop.Token).AsTask();
        Assert.False(appending.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => appending.WaitAsync(Patience));
    }

    [Fact]
    public async Task After_an_error_that_the_producer_cannot_survive_the_next_session_has_a_new_one()
    {
        Broker.CreateTopic("out");
        var sink = Sink();
        Broker.Faults.Fail(ApiKey.Produce, 1, KafkaError.OutOfOrderSequenceNumber);

        var failure = await TrySettleAsync(sink, Processed(0));

        Assert.NotNull(failure);
        Assert.Null(await TrySettleAsync(sink, Processed(1)));
        Assert.Equal([1], Read("out", 1).Select(Number));
    }

    [Fact]
    public async Task A_session_whose_producer_was_replaced_meanwhile_says_that_it_is_of_no_use()
    {
        Broker.CreateTopic("out");
        var sink = Sink();
        await using var early = await OpenAsync(sink, partition: 1);
        Broker.Faults.Fail(ApiKey.Produce, 1, KafkaError.OutOfOrderSequenceNumber);
        Assert.NotNull(await TrySettleAsync(sink, Processed(0)));
        Assert.Null(await TrySettleAsync(sink, Processed(1)));

        await Assert.ThrowsAsync<SinkException>(async () =>
        {
            await early.AppendAsync(Processed(2), CancellationToken.None);
            await early.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience);
        });
        Assert.Null(await TrySettleAsync(sink, Processed(3)));
    }

    /// <returns>Why the record was not settled; null where it was.</returns>
    private static async Task<SinkException?> TrySettleAsync(KafkaSink sink, ProcessedRecord processed)
    {
        await using var session = await OpenAsync(sink);
        try
        {
            await session.AppendAsync(processed, CancellationToken.None).AsTask().WaitAsync(Patience);
            Assert.Empty(await session.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience));
            return null;
        }
        catch (SinkException failure)
        {
            return failure;
        }
    }
}
