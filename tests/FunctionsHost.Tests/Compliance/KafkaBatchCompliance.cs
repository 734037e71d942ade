using Confluent.Kafka;

namespace Millrace.FunctionsHost.Tests;

/// <summary>How records become batches.</summary>
public abstract class KafkaBatchCompliance(IHostUnderTest host) : HostCompliance(host)
{
    [Fact]
    public async Task A_batch_mixes_partitions_and_keeps_the_order_in_each()
    {
        using var topic = new Topic(partitions: 3);
        await topic.ProduceAsync(perPartition: 5);
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Batched", topic, observer, Batches(15), LongWindow);

        var records = (await observer.NextAsync()).Records;

        Assert.Equal(15, records.Length);
        Assert.All(records.GroupBy(record => record.Partition), partition => Assert.Equal([0, 1, 2, 3, 4], partition.Select(record => record.Offset)));
        Assert.Equal(3, records.Select(record => record.Partition).Distinct().Count());
    }

    [Fact]
    public async Task A_batch_that_is_not_full_is_handed_over_when_the_window_ends()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(3);
        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Batched", topic, observer);

        Assert.Equal([0, 1, 2], (await observer.TakeAsync(3)).SelectMany(call => call.Records).Select(record => record.Offset));
    }

    [Fact]
    public async Task One_batch_runs_at_a_time()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(6);
        var running = 0;
        var most = 0;
        await using var observer = await Observer.StartAsync(async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
        });
        await using var host = await StartAsync("Batched", topic, observer, Batches(2));

        await observer.TakeAsync(6);

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_single_record_at_a_time_keeps_the_order_in_a_partition_and_does_not_wait_for_another_one()
    {
        using var topic = new Topic(partitions: 2);
        await topic.ProduceAsync(3);
        var otherIsDone = new TaskCompletionSource();
        var seen = new List<string>();
        await using var observer = await Observer.StartAsync(async call =>
        {
            // Partition 0 waits at its first record until partition 1 is through.
            if (call.Records[0] is { Partition: 0, Offset: 0 })
            {
                await otherIsDone.Task.WaitAsync(Calls.Patience);
            }

            lock (seen)
            {
                seen.AddRange(call.Positions);
            }

            if (call.Records[0] is { Partition: 1, Offset: 2 })
            {
                otherIsDone.TrySetResult();
            }
        });
        await using var host = await StartAsync("One", topic, observer, Batches(6), LongWindow);

        await observer.TakeAsync(6);
        await host.StopAsync();

        Assert.Equal(["events/1/0", "events/1/1", "events/1/2"], seen.Take(3));
        Assert.Equal(["events/0/0", "events/0/1", "events/0/2"], seen.Skip(3));
    }

    [Fact]
    public async Task A_regular_expression_subscribes_to_several_topics()
    {
        using var topic = new Topic();
        foreach (var name in (string[])["eqiad.page", "codfw.page", "codfw.pages"])
        {
            topic.Broker.CreateTopic(name);
            await topic.ProduceAsync(new Message<byte[]?, byte[]?>(), topic: name);
        }

        await using var observer = await Observer.StartAsync();
        await using var host = await StartAsync("Batched", topic, observer, ("Topic", @"^eqiad\.page$|^codfw\.page$"), Batches(2), LongWindow);

        Assert.Equal(["codfw.page/0/0", "eqiad.page/0/0"], (await observer.NextAsync()).Positions.Order());
    }
}
