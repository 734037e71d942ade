using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Millrace.Broker;
using Millrace.Core;

namespace Millrace.Kafka.Tests;

/// <summary>Owners that die, stall or are replaced at any step: who comes next neither loses nor repeats, and who was replaced writes nothing.</summary>
public sealed class ExactlyOnceCrashTests : ExactlyOnceFixture
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_session_that_is_abandoned_before_it_settles_has_written_nothing()
    {
        await FeedAsync(40);
        var first = Sink();
        await RunAsync(first, 0, 10);
        var abandoned = await OpenExactlyOnceAsync(first);
        await AppendAsync(abandoned, 10, 40);

        await RunAsync(Sink(), 0, 40);

        AssertExactlyOnce(40);
    }

    [Theory]
    [InlineData(ApiKey.AddPartitionsToTxn)]
    [InlineData(ApiKey.Produce)]
    [InlineData(ApiKey.AddOffsetsToTxn)]
    [InlineData(ApiKey.TxnOffsetCommit)]
    [InlineData(ApiKey.EndTxn)]
    public async Task An_owner_that_stalls_at_any_step_of_its_transaction_writes_nothing_once_it_was_replaced(ApiKey step)
    {
        await FeedAsync(60);
        var stalled = Sink();
        await RunAsync(stalled, 0, 20);
        Broker.Faults.Delay(Stall, step, times: 1, clientId: Id);
        await using var session = await OpenExactlyOnceAsync(stalled);
        await AppendAsync(session, 20, 40);
        var settling = Task.Run(() => session.SettleAsync(CancellationToken.None).AsTask());
        await MetAsync();

        await RunAsync(Sink(), 0, 60);

        var failure = await Record.ExceptionAsync(() => settling.WaitAsync(Patience));
        Assert.True(failure is null or SinkException { CanRetry: true }, $"{failure}");
        AssertExactlyOnce(60);

        // The zombie tries again, as its runner does, and finds that all of it is done.
        Assert.Empty(await SettleAsync(session));
        AssertExactlyOnce(60);
    }

    [Fact]
    public async Task An_owner_that_comes_back_drops_what_was_settled_meanwhile_and_writes_the_rest()
    {
        await FeedAsync(80);
        var first = Sink();
        await using var session = await OpenExactlyOnceAsync(first);
        await AppendAsync(session, 0, 60);
        await RunAsync(Sink(), 0, 25);

        Assert.Empty(await SettleAsync(session));

        AssertExactlyOnce(60);
    }

    [Fact]
    public async Task A_producer_that_is_fenced_in_the_middle_is_opened_anew()
    {
        await FeedAsync(40);
        var sink = Sink();
        await RunAsync(sink, 0, 10);
        await using var session = await OpenExactlyOnceAsync(sink);
        await AppendAsync(session, 10, 40);
        Assert.True(Broker.FenceProducer(Id));

        var failure = await Assert.ThrowsAsync<SinkException>(() => session.SettleAsync(CancellationToken.None).AsTask().WaitAsync(Patience));

        Assert.True(failure.CanRetry);
        Assert.Empty(await SettleAsync(session));
        AssertExactlyOnce(40);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task Who_held_outcomes_while_the_checkpoint_was_set_back_writes_nothing_over_that(long setBackTo)
    {
        await FeedAsync(40);
        var sink = Sink();
        await RunAsync(sink, 0, 20);
        await using var zombie = await OpenExactlyOnceAsync(sink);
        await AppendAsync(zombie, 20, 40);
        await using var checkpoints = Checkpoints();
        await checkpoints.SetAsync(new StreamPartition(Testing.Some.Input, 0), setBackTo, CancellationToken.None);

        var failure = await Assert.ThrowsAsync<SinkException>(() => SettleAsync(zombie).AsTask());

        Assert.False(failure.CanRetry);
        Assert.Contains($"was set back from 20 to {setBackTo} meanwhile; nothing was written", failure.Message, StringComparison.Ordinal);
        Assert.Equal(setBackTo, Checkpoint());
        Assert.Equal(setBackTo, (await checkpoints.ReadAsync([new StreamPartition(Testing.Some.Input, 0)], CancellationToken.None)).Single().Value);
    }

    [Fact]
    public async Task A_transaction_that_is_open_while_the_checkpoint_is_set_is_aborted()
    {
        await FeedAsync(20);
        await RunAsync(Sink(), 0, 10);
        Broker.Faults.Delay(TimeSpan.FromSeconds(8), ApiKey.EndTxn, times: 1, clientId: Id);
        await using var zombie = await OpenExactlyOnceAsync(Sink());
        await AppendAsync(zombie, 10, 20);
        var writing = zombie.SettleAsync(CancellationToken.None).AsTask();
        await MetAsync();
        await using var checkpoints = Checkpoints();

        await checkpoints.SetAsync(new StreamPartition(Testing.Some.Input, 0), 3, CancellationToken.None);

        Assert.Equal(3, Checkpoint());
        await Assert.ThrowsAsync<SinkException>(() => writing);
        Assert.DoesNotContain(11, ReadCommitted("out"));
    }

    [Fact]
    public async Task Two_owners_at_once_cost_time_and_no_duplicate()
    {
        const int Batches = 12, Size = 10;
        await FeedAsync(Batches * Size);

        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Sink()).ToList().Select(sink => Task.Run(async () =>
        {
            for (var batch = 0; batch < Batches; batch++)
            {
                await RunAsync(sink, batch * Size, (batch + 1) * Size);
            }
        })));

        AssertExactlyOnce(Batches * Size);
    }

    [Fact]
    public async Task A_host_that_stops_in_the_middle_leaves_all_or_nothing_of_its_transaction()
    {
        await FeedAsync(40);
        var sink = Sink();
        using var stop = new CancellationTokenSource();
        var session = await OpenExactlyOnceAsync(sink);
        await AppendAsync(session, 0, 30);
        Broker.Faults.Delay(Stall, ApiKey.AddOffsetsToTxn, times: 1);
        var settling = Task.Run(() => session.SettleAsync(stop.Token).AsTask());
        await MetAsync();

        await stop.CancelAsync();
        await Record.ExceptionAsync(() => settling.WaitAsync(Patience));
        await session.DisposeAsync();

        await RunAsync(Sink(), 0, 40);
        AssertExactlyOnce(40);
    }

    [Fact]
    public async Task A_write_that_never_ends_is_abandoned_and_what_it_was_for_is_written_once()
    {
        await FeedAsync(40);
        var time = new FakeTimeProvider();
        var sink = Own(new KafkaSink(Options(), 1_000_000, NullLogger<KafkaSink>.Instance, time));
        await RunAsync(sink, 0, 10);
        var session = await OpenExactlyOnceAsync(sink);
        await AppendAsync(session, 10, 40);
        Broker.Faults.Delay(TimeSpan.FromSeconds(20), ApiKey.AddOffsetsToTxn, times: 1, clientId: Id);
        for (var waited = TimeSpan.Zero; waited < TimeSpan.FromSeconds(100); waited += TimeSpan.FromSeconds(10))
        {
            var settling = session.SettleAsync(CancellationToken.None).AsTask();
            await MetAsync();
            time.Advance(TimeSpan.FromSeconds(10));
            Assert.True((await Assert.ThrowsAsync<SinkException>(() => settling.WaitAsync(Patience))).CanRetry);
            if (waited >= TimeSpan.FromSeconds(80))
            {
                break;
            }
        }

        Assert.Empty(await SettleAsync(session));

        AssertExactlyOnce(40);
    }

    private GroupCheckpoints Checkpoints() => new(Options(), "Test", TimeProvider.System, NullLogger<GroupCheckpoints>.Instance);
}
