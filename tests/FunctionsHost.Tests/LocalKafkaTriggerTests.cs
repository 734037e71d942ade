namespace Millrace.FunctionsHost.Tests;

/// <summary>What the stand-in does better than the real host.</summary>
public sealed class LocalKafkaTriggerTests() : HostCompliance(new LocalHost())
{
    /// <summary>The real extension leaves its group here and gets the same records again.</summary>
    [Fact]
    public async Task A_call_that_takes_longer_than_a_consumer_may_be_silent_costs_it_no_partition()
    {
        const int Interval = 3_000;
        using var topic = new Topic();
        await topic.ProduceAsync(10);
        await using var observer = await Observer.StartAsync(call =>
            call.Number == 1 ? Task.Delay(TimeSpan.FromMilliseconds(2 * Interval), TimeProvider.System, call.Cancellation) : Task.CompletedTask);
        await using var host = await StartAsync("Batched", topic, observer, Batches(2), Kafka("maxPollIntervalMs", Interval), KeepTrying);

        var taken = await observer.TakeAsync(10);

        Assert.Equal(Enumerable.Range(0, 10).Select(offset => (long)offset), taken.SelectMany(call => call.Records).Select(record => record.Offset));
    }
}
