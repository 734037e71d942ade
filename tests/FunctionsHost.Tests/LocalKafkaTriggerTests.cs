namespace Millrace.FunctionsHost.Tests;

public sealed class LocalKafkaTriggerTests : KafkaTriggerCompliance
{
    /// <summary>The real extension leaves its group here and gets the same records again.</summary>
    [Fact]
    public async Task A_call_that_takes_longer_than_a_consumer_may_be_silent_costs_it_no_partition()
    {
        const int Interval = 3_000;
        using var topic = new Topic();
        await topic.ProduceAsync(10);
        var calls = new Calls(call => call.Number == 1 ? Task.Delay(TimeSpan.FromMilliseconds(2 * Interval), TimeProvider.System, call.Cancellation) : Task.CompletedTask);
        await using var host = await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, ("maxBatchSize", 2), ("maxPollIntervalMs", Interval), ("maxRetries", -1));

        var taken = await calls.TakeAsync(10);

        Assert.Equal(Enumerable.Range(0, 10).Select(offset => (long)offset), taken.SelectMany(call => call.Records).Select(record => record.Offset));
    }

    protected override async Task<IRunningHost> StartAsync(string function, string brokers, string topic, Calls calls, params (string Key, object Value)[] kafka) =>
        await TestHost.StartAsync(TestHost.Arguments(function, brokers, topic, kafka), calls);
}
