using System.Text;
using Confluent.Kafka;
using Microsoft.Azure.Functions.Worker;

namespace Millrace.FunctionsHost.Tests;

/// <summary>What a host of Kafka-triggered functions does, whichever host it is.</summary>
public abstract class KafkaTriggerCompliance
{
    /// <summary>Starts a host with that one of <see cref="TestFunctions"/> and those keys of <c>host.json</c>, and waits until it has partitions.</summary>
    protected abstract Task<IRunningHost> StartAsync(string function, string brokers, string topic, Calls calls, params (string Key, object Value)[] kafka);

    private static readonly (string, object) KeepTrying = ("maxRetries", -1);
    private static readonly (string, object) CommitOnSuccessOnly = ("commitOnFailure", "false");

    // The window is long where a test says by the batch's size when it is handed over.
    private static readonly (string, object) LongWindow = ("subscriberIntervalInSeconds", 60);

    private static (string, object) Batches(int size) => ("maxBatchSize", size);

    [Fact]
    public async Task A_batch_mixes_partitions_and_keeps_the_order_in_each()
    {
        using var topic = new Topic(partitions: 3);
        await topic.ProduceAsync(perPartition: 5);
        var calls = new Calls();
        await using var host = await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(15), LongWindow);

        var records = (await calls.NextAsync()).Records;

        Assert.Equal(15, records.Length);
        Assert.All(records.GroupBy(record => record.Partition), partition => Assert.Equal([0, 1, 2, 3, 4], partition.Select(record => record.Offset)));
        Assert.Equal(3, records.Select(record => record.Partition).Distinct().Count());
    }

    [Fact]
    public async Task A_batch_that_is_not_full_is_handed_over_when_the_window_ends()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(3);
        var calls = new Calls();
        await using var host = await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls);

        Assert.Equal([0, 1, 2], (await calls.TakeAsync(3)).SelectMany(call => call.Records).Select(record => record.Offset));
    }

    [Fact]
    public async Task A_success_commits_the_offset_after_the_last_record_of_each_partition()
    {
        using var topic = new Topic(partitions: 2);
        await topic.ProduceAsync(3);
        var calls = new Calls(call => call.Number == 1 ? Task.CompletedTask : UntilStopAsync(call));
        await using (await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(6), LongWindow, CommitOnSuccessOnly))
        {
            await calls.NextAsync();
            await AnotherCallAsync(topic, calls, 6);
        }

        Assert.Equal([3, 3], topic.Committed());
    }

    [Fact]
    public async Task A_call_that_throws_is_repeated_with_the_same_records_and_commits_nothing()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(2);
        var calls = new Calls(_ => throw new InvalidOperationException("the sink is unreachable"));
        var taken = new List<Call>();
        await using (await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(2), LongWindow, CommitOnSuccessOnly, KeepTrying))
        {
            for (var i = 0; i < 10; i++)
            {
                taken.Add(await calls.NextAsync());
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
        var calls = new Calls(call => call.Number < 3 ? throw new InvalidOperationException("not yet") : call.Number == 3 ? Task.CompletedTask : UntilStopAsync(call));
        await using (await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(2), LongWindow, CommitOnSuccessOnly, KeepTrying))
        {
            Assert.Equal(3, (await calls.TakeAsync(6)).Count);
            await AnotherCallAsync(topic, calls, 2);
        }

        Assert.Equal([2], topic.Committed());
    }

    [Fact]
    public async Task A_failure_is_committed_all_the_same_when_the_retries_are_used_up()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        var calls = new Calls(call => call.Records[0].Offset == 0 ? throw new InvalidOperationException("poison") : UntilStopAsync(call));
        await using (await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(1), CommitOnSuccessOnly, ("maxRetries", 2)))
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal(["events/0/0"], (await calls.NextAsync()).Positions);
            }

            await topic.ProduceAsync(1);
            Assert.Equal(["events/0/1"], (await calls.NextAsync()).Positions);
        }

        Assert.Equal([1], topic.Committed());
    }

    [Fact]
    public async Task A_failure_is_committed_at_once_unless_the_host_is_told_otherwise()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        var calls = new Calls(call => call.Number == 1 ? throw new InvalidOperationException("lost") : UntilStopAsync(call));
        await using (await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(1)))
        {
            Assert.Equal(["events/0/0"], (await calls.NextAsync()).Positions);
            await topic.ProduceAsync(1);
            Assert.Equal(["events/0/1"], (await calls.NextAsync()).Positions);
        }

        Assert.Equal([1], topic.Committed());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_cancels_the_call_and_commits_nothing_of_it_and_the_next_host_gets_the_same_records(bool endsWell)
    {
        using var topic = new Topic();
        await topic.ProduceAsync(2);
        var calls = new Calls(async call =>
        {
            try
            {
                await UntilStopAsync(call);
            }
            catch (OperationCanceledException) when (endsWell)
            {
                // A function that finishes what it was doing is not committed either.
            }
        });
        await using (var host = await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(2), LongWindow))
        {
            var call = await calls.NextAsync();
            await host.StopAsync();
            Assert.True(call.Cancellation.IsCancellationRequested);
        }

        Assert.Equal([null], topic.Committed());
        var secondCalls = new Calls();
        await using var second = await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, secondCalls, Batches(2), LongWindow);
        Assert.Equal(["events/0/0", "events/0/1"], (await secondCalls.NextAsync()).Positions);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_batches_that_have_not_begun()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(4);
        var calls = new Calls(UntilStopAsync);
        var host = await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(1));
        await calls.NextAsync();

        await host.DisposeAsync().AsTask().WaitAsync(Calls.Patience);

        Assert.Equal(1, calls.Count);
        Assert.Equal([null], topic.Committed());
    }

    [Fact]
    public async Task A_broker_that_was_down_is_consumed_again_when_it_is_up()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        var calls = new Calls();
        await using var host = await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(1), ("reconnectBackoffMaxMs", 200));
        await calls.NextAsync();

        await topic.Broker.DownAsync();
        topic.Broker.Up();
        await topic.ProduceAsync(1);

        Assert.Equal(["events/0/1"], (await calls.NextAsync()).Positions);
    }

    [Fact]
    public async Task One_batch_runs_at_a_time()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(6);
        var running = 0;
        var most = 0;
        var calls = new Calls(async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
        });
        await using var host = await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(2));

        await calls.TakeAsync(6);

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_single_record_at_a_time_keeps_the_order_in_a_partition_and_does_not_wait_for_another_one()
    {
        using var topic = new Topic(partitions: 2);
        await topic.ProduceAsync(3);
        var otherIsDone = new TaskCompletionSource();
        var seen = new List<string>();
        var calls = new Calls(async call =>
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
        await using var host = await StartAsync("One", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(6), LongWindow);

        await calls.TakeAsync(6);
        await host.StopAsync();

        Assert.Equal(["events/1/0", "events/1/1", "events/1/2"], seen.Take(3));
        Assert.Equal(["events/0/0", "events/0/1", "events/0/2"], seen.Skip(3));
    }

    [Fact]
    public async Task A_record_arrives_as_it_was_produced()
    {
        using var topic = new Topic();
        var headers = new Headers { { "name", Encoding.UTF8.GetBytes("wärme") }, { "none", null }, { "empty", [] }, { "name", [255] } };
        await topic.ProduceAsync(new Message<byte[]?, byte[]?> { Key = [0, 255, 0xC3, 0x28], Value = [0, 128], Headers = headers, Timestamp = new Timestamp(1_700_000_000_123, TimestampType.CreateTime) });
        var calls = new Calls();
        await using var host = await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(1));

        var record = Assert.Single((await calls.NextAsync()).Records);

        Assert.Equal((Topic.Name, 0, 0L), (record.Topic, record.Partition, record.Offset));
        Assert.Equal([0, 255, 0xC3, 0x28], record.Key);
        Assert.Equal([0, 128], record.Value);
        Assert.Equal(["name", "none", "empty", "name"], record.Headers.Select(header => header.Key));
        Assert.Equal(["wärme", null, "", "\uFFFD"], record.Headers.Select(header => header.GetValueAsString()));
        Assert.Null(record.Headers[1].Value);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123), record.Timestamp.DateTimeOffset);
        Assert.Equal(KafkaTimestampType.NotAvailable, record.Timestamp.Type);
    }

    [Fact]
    public async Task A_record_without_key_value_and_headers_arrives_with_nulls_and_no_headers()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(new Message<byte[]?, byte[]?>());
        var calls = new Calls();
        await using var host = await StartAsync("One", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(1));

        var record = Assert.Single((await calls.NextAsync()).Records);

        Assert.Null(record.Key);
        Assert.Null(record.Value);
        Assert.Empty(record.Headers);
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

        var calls = new Calls();
        await using var host = await StartAsync("Batched", topic.Broker.BootstrapServers, @"^eqiad\.page$|^codfw\.page$", calls, Batches(2), LongWindow);

        Assert.Equal(["codfw.page/0/0", "eqiad.page/0/0"], (await calls.NextAsync()).Positions.Order());
    }

    [Fact]
    public async Task A_retry_attribute_counts_and_multiplies_with_the_retries_of_the_trigger()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(1);
        var calls = new Calls(_ => throw new InvalidOperationException("again"));
        var counts = new List<(int, int)>();
        await using var host = await StartAsync("Repeated", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(1), CommitOnSuccessOnly, ("maxRetries", 1));

        for (var i = 0; i < 6; i++)
        {
            var retry = (await calls.NextAsync()).Context.RetryContext!;
            counts.Add((retry.RetryCount, retry.MaxRetryCount));
        }

        Assert.Equal([(0, 2), (1, 2), (2, 2), (0, 2), (1, 2), (2, 2)], counts);
    }

    [Fact]
    public async Task Every_call_has_an_id_of_its_own_and_knows_its_function()
    {
        using var topic = new Topic();
        await topic.ProduceAsync(2);
        var calls = new Calls();
        await using var host = await StartAsync("Batched", topic.Broker.BootstrapServers, Topic.Name, calls, Batches(1));

        var taken = await calls.TakeAsync(2);

        Assert.Equal(2, taken.Select(call => call.Context.InvocationId).Distinct().Count());
        Assert.Single(taken.Select(call => call.Context.FunctionId).Distinct());
        Assert.All(taken, call => Assert.Equal("Batched", call.Context.FunctionDefinition.Name));
    }

    // What a call is cancelled in is not committed: what is committed then, is what the calls before it stored.
    private static Task UntilStopAsync(Call call) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Cancellation);

    // A further call begins only when the one before it has been stored.
    private static async Task AnotherCallAsync(Topic topic, Calls calls, int records)
    {
        await topic.ProduceAsync(records / topic.Partitions.Length);
        await calls.NextAsync();
    }
}
