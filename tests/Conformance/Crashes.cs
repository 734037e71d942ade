using System.Collections.Concurrent;
using System.Globalization;

namespace Millrace.Conformance;

/// <summary>What a broker that was stopped or killed still knows when it is started again.</summary>
public sealed class Crashes(StandaloneCluster cluster, ITestOutputHelper output) : ConformanceSuite(cluster, output), IClassFixture<StandaloneCluster>
{
    private const int Kills = 3;

    [Fact]
    public async Task A_restart_keeps_topics_with_their_settings_records_and_offsets()
    {
        var topic = await CreateTopicAsync("kept", 2, new() { ["max.message.bytes"] = "10000" });
        var deleted = await CreateTopicAsync("deleted");
        await Admin.DeleteTopicsAsync([deleted]);
        await Producer(config => config.CompressionType = CompressionType.Lz4).SendAsync(topic, "a", "b");
        Consumer("g").Commit([new TopicPartitionOffset(topic, 0, 1)]);

        Assert.Equal(0, await cluster.StopAsync());
        await cluster.StartAsync();

        Assert.False(Exists(deleted));
        Assert.Equal(2, Partitions(topic));
        Assert.Equal(["a", "b"], ReadAll(topic).Values());
        Assert.Equal(1, Consumer("g").Committed([new TopicPartition(topic, 0)], Patience).Single().Offset.Value);
        await Assert.ThrowsAsync<ProduceException<string?, string?>>(() => Producer().SendAsync(topic, new string('x', 20_000)));
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_doubled_by_a_kill_under_load()
    {
        const int PartitionCount = 4;
        var topic = await CreateTopicAsync("loaded", PartitionCount);
        var producer = Producer(config => (config.EnableIdempotence, config.LingerMs, config.QueueBufferingMaxMessages) = (true, 1, 2_000));
        var (sent, acknowledged, refused) = (new int[PartitionCount], 0, new ConcurrentQueue<Error>());
        using var stop = new CancellationTokenSource();
        var load = Task.Run(() =>
        {
            for (var partition = 0; !stop.IsCancellationRequested; partition = (partition + 1) % PartitionCount)
            {
                Send(partition);
            }
        });

        await KillUnderLoadAsync(load, stop, () => Volatile.Read(ref acknowledged), atLeast: 2_000);
        producer.Flush(Patience);

        Output.WriteLine($"{acknowledged} records");
        Assert.Empty(refused);
        Assert.Equal(sent.Sum(), acknowledged);
        var records = ReadAll(topic).ToLookup(record => record.Partition.Value);
        for (var partition = 0; partition < PartitionCount; partition++)
        {
            Assert.Equal(Enumerable.Range(0, sent[partition]).Select(i => $"{i}"), records[partition].Values());
        }

        void Send(int partition)
        {
            try
            {
                producer.Produce(new TopicPartition(topic, partition), new Message<string?, string?> { Value = $"{sent[partition]}" }, report =>
                {
                    if (report.Error.IsError)
                    {
                        refused.Enqueue(report.Error);
                    }
                    else
                    {
                        Interlocked.Increment(ref acknowledged);
                    }
                });
                sent[partition]++;
            }
            catch (ProduceException<string?, string?> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                // Delivery reports make room; the same value goes next time round.
                producer.Poll(TimeSpan.FromMilliseconds(10));
            }
        }
    }

    [Fact]
    public async Task An_offset_that_was_committed_is_never_taken_back_by_a_kill()
    {
        var partition = new TopicPartition(await CreateTopicAsync("committed"), 0);
        var consumer = Consumer("g");
        var (tried, committed) = (0L, 0L);
        using var stop = new CancellationTokenSource();
        var load = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    consumer.Commit([new TopicPartitionOffset(partition, ++tried)]);
                    Volatile.Write(ref committed, tried);
                }
                catch (KafkaException)
                {
                    // Whether it was committed is open.
                }
            }
        });

        await KillUnderLoadAsync(load, stop, () => (int)Volatile.Read(ref committed), atLeast: 20);

        Output.WriteLine($"{committed} of {tried} commits");
        Assert.InRange(Consumer("g").Committed([partition], Patience).Single().Offset.Value, committed, tried);
    }

    [Fact]
    public async Task No_transaction_is_half_visible_after_a_kill()
    {
        var topic = await CreateTopicAsync("whole", 2);
        var group = Consumer("g");
        var committed = new ConcurrentQueue<int>();
        using var stop = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            var producer = await CreateAsync();
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                try
                {
                    producer.BeginTransaction();
                    await Task.WhenAll(((int[])[0, 1]).Select(partition => producer.ProduceAsync(new TopicPartition(topic, partition), new Message<string?, string?> { Value = $"{number}" })));
                    producer.SendOffsetsToTransaction([new TopicPartitionOffset(topic, 0, number)], group.ConsumerGroupMetadata, Patience);
                    producer.CommitTransaction(Patience);
                    committed.Enqueue(number);
                }
                catch (KafkaException)
                {
                    // Its successor finishes what it began, one way or the other.
                    producer.Dispose();
                    producer = await CreateAsync();
                }
            }
        });

        await KillUnderLoadAsync(load, stop, () => committed.Count, atLeast: 10);

        var last = await CreateAsync();
        last.BeginTransaction();
        last.SendAll(((int[])[0, 1]).Select(partition => (new TopicPartition(topic, partition), new Message<string?, string?> { Value = "end" })));
        last.CommitTransaction(Patience);
        var (left, right) = (ReadToEnd(topic, 0), ReadToEnd(topic, 1));
        Output.WriteLine($"{committed.Count} committed, {left.Count} seen");
        Assert.Equal(left, right);
        Assert.Equal(left.Distinct().Order(), left);
        Assert.Empty(committed.Except(left));
        Assert.Equal(left[^1], Consumer("g").Committed([new TopicPartition(topic, 0)], Patience).Single().Offset.Value);

        // When all brokers were away at once, librdkafka 2.16 forgets them and finds them anew, but goes on sending the
        // offsets of transactions to the group coordinator that it has forgotten: the call never returns.
        Task<IProducer<string?, string?>> CreateAsync() => TransactionalProducerAsync("t", config => config.Set("metadata.recovery.strategy", "none"));
    }

    [Fact]
    public async Task A_transaction_that_is_open_when_the_broker_is_killed_can_still_be_committed()
    {
        var topic = await CreateTopicAsync("open");
        var producer = await TransactionalProducerAsync("t");
        await producer.BeginWithAsync(topic, "before");

        await cluster.KillAsync();
        await cluster.StartAsync();
        Assert.Empty(ReadAll(topic, IsolationLevel.ReadCommitted));
        await producer.SendAsync(topic, "after");
        producer.CommitTransaction(Patience);

        await producer.CommitAsync(topic, "end");
        using var reader = Consumer("reader", config => config.IsolationLevel = IsolationLevel.ReadCommitted);
        reader.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        Assert.Equal(["before", "after"], reader.TakeBefore("end").Values());
    }

    [Fact]
    public async Task A_member_goes_on_after_a_kill()
    {
        var topic = await CreateTopicAsync("resumed", 2);
        using var member = Join("g", topic);
        await member.HasAsync(2);

        await cluster.KillAsync();
        await cluster.StartAsync();
        await Producer().SendAsync(topic, "after");

        await Eventually.IsTrueAsync("the record came", () => member.Values.Contains("after"));
    }

    private async Task KillUnderLoadAsync(Task load, CancellationTokenSource stop, Func<int> progress, int atLeast)
    {
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await ProgressAsync();
                await cluster.KillAsync();
                await cluster.StartAsync();
            }

            await ProgressAsync();
        }
        finally
        {
            await stop.CancelAsync();
            await load.WaitAsync(2 * Patience, TimeProvider.System);
        }

        Task ProgressAsync()
        {
            var before = progress();
            return Eventually.IsTrueAsync($"the load goes on after {before}\n{cluster.Said}", () => progress() >= before + atLeast);
        }
    }

    private List<int> ReadToEnd(string topic, int partition)
    {
        using var reader = Consumer("reader", config => config.IsolationLevel = IsolationLevel.ReadCommitted);
        reader.Assign(new TopicPartitionOffset(topic, partition, Offset.Beginning));
        return [.. reader.TakeBefore("end").Values().Select(value => int.Parse(value!, CultureInfo.InvariantCulture))];
    }
}
