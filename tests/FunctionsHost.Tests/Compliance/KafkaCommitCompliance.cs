namespace Millrace.FunctionsHost.Tests;

/// <summary>What is committed, and what is repeated.</summary>
public abstract class KafkaCommitCompliance(IHostUnderTest host) : HostCompliance(host)
{
    [Fact]
    public async Task A_success_commits_the_offset_after_the_last_record_of_each_partition()
    {
        using var topic = new Topic(partitions: 2);
        await topic.ProduceAsync(3);
        await using var observer = await Observer.StartAsync(call => call.Number == 1 ? Task.CompletedTask : call.UntilCancelledAsync());
        await using (await StartAsync("Batched", topic, observer, Batches(6), LongWindow, CommitOnSuccessOnly))
        {
            await observer.NextAsync();
            await AnotherCallAsync(topic, observer, 6);
        }

        Assert.Equal([3, 3], topic.Committed());
    }

    [Fact]
    public async Task A_call_that_throws_is_repeated_with_the_same_records_and_commits_nothing()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(2);
        await using var observer = await Observer.StartAsync(_ => throw new InvalidOperationException("the sink is unreachable"));
        var taken = new List<ObservedCall>();
        await using (await StartAsync("Batched", topic, observer, Batches(2), LongWindow, CommitOnSuccessOnly, KeepTrying))
        {
            for (var i = 0; i < 10; i++)
            {
                taken.Add(await observer.NextAsync());
            }
        }

        Assert.All(taken, call => Assert.Equal(["events/0/0", "events/0/1"], call.Positions));
        Assert.Equal([null], topic.Committed());
    }

    [Fact]
    public async Task A_repetition_that_succeeds_commits()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(2);
        await using var observer = await Observer.StartAsync(call => call.Number < 3 ? throw new InvalidOperationException("not yet") : call.Number == 3 ? Task.CompletedTask : call.UntilCancelledAsync());
        await using (await StartAsync("Batched", topic, observer, Batches(2), LongWindow, CommitOnSuccessOnly, KeepTrying))
        {
            Assert.Equal(3, (await observer.TakeAsync(6)).Count);
            await AnotherCallAsync(topic, observer, 2);
        }

        Assert.Equal([2], topic.Committed());
    }

    [Fact]
    public async Task A_failure_is_committed_all_the_same_when_the_retries_are_used_up()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        await using var observer = await Observer.StartAsync(call => call.Records[0].Offset == 0 ? throw new InvalidOperationException("poison") : call.UntilCancelledAsync());
        await using (await StartAsync("Batched", topic, observer, Batches(1), CommitOnSuccessOnly, Kafka("maxRetries", 2)))
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(["events/0/0"], (await observer.NextAsync()).Positions);
            }

            await topic.ProduceAsync(1);
            Assert.Equal(["events/0/1"], (await observer.NextAsync()).Positions);
        }

        Assert.Equal([1], topic.Committed());
    }

    [Fact]
    public async Task A_failure_is_committed_at_once_unless_the_host_is_told_otherwise()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        await using var observer = await Observer.StartAsync(call => call.Number == 1 ? throw new InvalidOperationException("lost") : call.UntilCancelledAsync());
        await using (await StartAsync("Batched", topic, observer, Batches(1)))
        {
            Assert.Equal(["events/0/0"], (await observer.NextAsync()).Positions);
            await topic.ProduceAsync(1);
            Assert.Equal(["events/0/1"], (await observer.NextAsync()).Positions);
        }

        Assert.Equal([1], topic.Committed());
    }

    [Fact]
    public async Task A_retry_attribute_counts_and_multiplies_with_the_retries_of_the_trigger()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        await using var observer = await Observer.StartAsync(_ => throw new InvalidOperationException("again"));
        var counts = new List<(int, int)>();
        await using var host = await StartAsync("Repeated", topic, observer, Batches(1), CommitOnSuccessOnly, Kafka("maxRetries", 1));

        for (var i = 0; i < 6; i++)
        {
            var report = (await observer.NextAsync()).Report;
            counts.Add((report.RetryCount!.Value, report.MaxRetryCount!.Value));
        }

        Assert.Equal([(0, 2), (1, 2), (2, 2), (0, 2), (1, 2), (2, 2)], counts);
    }
}
