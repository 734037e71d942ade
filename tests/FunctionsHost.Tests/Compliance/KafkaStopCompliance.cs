namespace Millrace.FunctionsHost.Tests;

/// <summary>How calls end when the host stops, and go on after the broker did.</summary>
public abstract class KafkaStopCompliance(IHostUnderTest host) : HostCompliance(host)
{
    [Theory]
    [InlineData("Batched")]
    [InlineData("EndsWell")]
    public async Task A_stop_cancels_the_call_and_commits_nothing_of_it_and_the_next_host_gets_the_same_records(string function)
    {
        using var topic = new Topic();
        await topic.ProduceAsync(2);
        await using var observer = await Observer.StartAsync(call => call.UntilCancelledAsync());
        await using (var host = await StartAsync(function, topic, observer, Batches(2), LongWindow))
        {
            var call = await observer.NextAsync();
            await host.StopAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.UntilCancelledAsync().WaitAsync(Calls.Patience));
        }

        Assert.Equal([null], topic.Committed());
        await using var next = await Observer.StartAsync();
        await using var second = await StartAsync("Batched", topic, next, Batches(2), LongWindow);
        Assert.Equal(["events/0/0", "events/0/1"], (await next.NextAsync()).Positions);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_batches_that_have_not_begun()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(4);
        await using var observer = await Observer.StartAsync(call => call.UntilCancelledAsync());
        var host = await StartAsync("Batched", topic, observer, Batches(1));
        await observer.NextAsync();

        await host.DisposeAsync().AsTask().WaitAsync(Calls.Patience);

        Assert.Equal(1, observer.Count);
        Assert.Equal([null], topic.Committed());
    }

    [Fact]
    public async Task A_broker_that_was_down_is_consumed_again_when_it_is_up()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Batched", topic, observer, Batches(1), Kafka("reconnectBackoffMaxMs", 200));
        await observer.NextAsync();

        await topic.Broker.DownAsync();
        topic.Broker.Up();
        await topic.ProduceAsync(1);

        Assert.Equal(["events/0/1"], (await observer.NextAsync()).Positions);
    }
}
