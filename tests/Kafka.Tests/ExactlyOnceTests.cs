using Millrace.Broker;
using Millrace.Core;

namespace Millrace.Kafka.Tests;

/// <summary>Sessions whose outcomes are written exactly once, while all is well.</summary>
public sealed class ExactlyOnceTests : ExactlyOnceFixture
{
    [Fact]
    public async Task Batches_are_written_once_with_the_checkpoint_behind_them()
    {
        await FeedAsync(100);
        var sink = Sink();

        await RunAsync(sink, 0, 40);
        Assert.Equal(40, Checkpoint());
        await RunAsync(sink, 40, 100);

        AssertExactlyOnce(100);
    }

    [Fact]
    public async Task Without_a_checkpoint_a_session_begins_at_zero()
    {
        await using var session = await OpenExactlyOnceAsync(Sink());

        Assert.Equal(0, session.Checkpoint);
    }

    [Fact]
    public async Task A_batch_that_is_given_twice_is_written_once()
    {
        await FeedAsync(30);
        var sink = Sink();

        await RunAsync(sink, 0, 30);
        await RunAsync(sink, 0, 30);

        AssertExactlyOnce(30);
    }

    [Fact]
    public async Task Another_process_goes_on_where_the_first_had_settled()
    {
        await FeedAsync(60);
        await RunAsync(Sink(), 0, 30);

        await RunAsync(Sink(), 10, 60);

        AssertExactlyOnce(60);
    }

    [Fact]
    public async Task What_was_filtered_moves_the_checkpoint_although_nothing_is_written()
    {
        await FeedAsync(10);
        await using var session = await OpenExactlyOnceAsync(Sink());
        await session.AppendAsync(new ProcessedRecord(Testing.Some.Record(4), new Outcome.Filtered("because"), []), CancellationToken.None);

        Assert.Empty(await SettleAsync(session));

        Assert.Equal(5, Checkpoint());
        Assert.Empty(ReadCommitted("out"));
    }

    [Fact]
    public async Task Nothing_is_written_before_it_is_settled()
    {
        await FeedAsync(10);
        var session = await OpenExactlyOnceAsync(Sink());
        await AppendAsync(session, 0, 10);

        Assert.Equal(0, Count("out"));
        Assert.True(session.HeldBytes > 0);
        await SettleAsync(session);
        Assert.Equal(0, session.HeldBytes);
        AssertExactlyOnce(10);
    }

    [Fact]
    public async Task A_session_settles_again_and_again()
    {
        await FeedAsync(30);
        await using var session = await OpenExactlyOnceAsync(Sink());
        for (var n = 0; n < 30; n += 10)
        {
            await AppendAsync(session, n, n + 10);
            await SettleAsync(session);
            Assert.Equal(n + 10, Checkpoint());
        }

        AssertExactlyOnce(30);
    }

    [Fact]
    public async Task Two_batches_of_one_partition_wait_for_each_other()
    {
        await FeedAsync(20);
        var sink = Sink();
        var first = await OpenExactlyOnceAsync(sink);
        var opening = OpenExactlyOnceAsync(sink).AsTask();
        await AppendAsync(first, 0, 20);
        Assert.False(opening.IsCompleted);

        await SettleAsync(first);
        await first.DisposeAsync();

        await using var second = await opening.WaitAsync(Patience);
        Assert.Equal(20, second.Checkpoint);
    }

    [Fact]
    public async Task The_same_batch_many_times_at_once_is_written_once()
    {
        await FeedAsync(50);
        var (one, other) = (Sink(), Sink());

        await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Task.Run(() => RunAsync(n % 2 == 0 ? one : other, 0, 50))));

        AssertExactlyOnce(50);
    }

    [Fact]
    public async Task A_batch_larger_than_the_client_s_room_is_one_transaction()
    {
        await FeedAsync(500);

        await RunAsync(Sink(("queue.buffering.max.messages", "10")), 0, 500);

        AssertExactlyOnce(500);
    }

    [Fact]
    public async Task A_partition_that_waits_for_its_opening_holds_no_other_up()
    {
        var sink = Sink();
        Broker.Faults.Delay(TimeSpan.FromSeconds(60), ApiKey.InitProducerId, clientId: Id);
        using var stop = new CancellationTokenSource();
        var waiting = sink.OpenAsync(Testing.Some.Stage(), new StreamPartition(Testing.Some.Input, 0), stop.Token).AsTask();

        await using var other = await OpenExactlyOnceAsync(sink, partition: 1);

        Assert.False(waiting.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_topic_that_was_made_anew_is_read_from_its_beginning()
    {
        await FeedAsync(5);
        Commit("Test.checkpoint", new Confluent.Kafka.TopicPartitionOffset(Testing.Some.Input, 0, 900));

        await using var session = await OpenExactlyOnceAsync(Sink());

        Assert.Equal(0, session.Checkpoint);
    }
}
