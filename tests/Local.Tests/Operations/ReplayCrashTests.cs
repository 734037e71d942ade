using Confluent.Kafka;
using Millrace.Core;
using static Millrace.Local.Tests.ObservedCluster;

namespace Millrace.Local.Tests;

/// <summary>Whoever replays may die at any step, or be replaced.</summary>
public sealed class ReplayCrashTests : ReplayBed
{
    [Fact]
    public async Task A_mark_that_an_open_transaction_of_the_stage_hides_is_waited_for()
    {
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        using var stage = new ProducerBuilder<byte[]?, byte[]?>(Cluster.Kafka.CreateTransactionalConfig("PageChange.in.0")).SetLogHandler((_, _) => { }).Build();
        var died = new Steps(ReplayStep.Known, () => BeginMark(stage)) { Then = new Steps(ReplayStep.Committed, () => throw new DiedException()) };
        await Assert.ThrowsAsync<DiedException>(() => Replay().RunAsync(new ReplaySelection(), died, CancellationToken.None));
        var (fenced, known) = (new TaskCompletionSource(), new TaskCompletionSource());

        var repeated = Replay().RunAsync(new ReplaySelection(), new Steps(ReplayStep.Fenced, fenced.SetResult) { Then = new Steps(ReplayStep.Known, known.SetResult) }, CancellationToken.None);
        await fenced.Task;
        using var cluster = new ClusterReader(Cluster.Kafka);
        for (var looks = 0; looks < 50; looks++)
        {
            await cluster.EndsAsync([new TopicPartition(Marks, 0)]);
        }

        Assert.False(known.Task.IsCompleted, "It did not wait for what it cannot read.");
        stage.CommitTransaction();

        Assert.Equal(0, (await repeated).Plan.PlannedCount);
        Assert.Single(await ReplaysAsync());
    }

    private static void BeginMark(IProducer<byte[]?, byte[]?> stage)
    {
        stage.InitTransactions(TimeSpan.FromSeconds(60));
        stage.BeginTransaction();
        stage.Produce(new TopicPartition(Marks, 0), new Message<byte[]?, byte[]?> { Key = [1], Value = "{}"u8.ToArray() }, report => Assert.False(report.Error.IsError, report.Error.Reason));
        stage.Flush(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_second_one_fences_the_first_which_writes_nothing_more()
    {
        await FailAsync(new StreamPosition(Input, 0, 1), "{}");
        var fenced = new Steps(ReplayStep.Written, () => Task.Run(() => RunAsync(new ReplaySelection())).GetAwaiter().GetResult());

        var refusal = await Assert.ThrowsAsync<UsageException>(() => Replay().RunAsync(new ReplaySelection(), fenced, CancellationToken.None));

        Assert.Contains("Another `millrace errors replay` has begun to replay to PageChange", refusal.Message, StringComparison.Ordinal);
        Assert.Single(await ReplaysAsync());
    }

    [Theory]
    [InlineData(nameof(ReplayStep.Fenced), 0)]
    [InlineData(nameof(ReplayStep.Known), 0)]
    [InlineData(nameof(ReplayStep.Begun), 0)]
    [InlineData(nameof(ReplayStep.Written), 0)]
    [InlineData(nameof(ReplayStep.Committed), 3)]
    [InlineData(nameof(ReplayStep.Ended), 3)]
    public async Task Whoever_dies_at_any_step_is_completed_by_the_same_again_and_each_event_is_there_once(string step, int written)
    {
        for (var offset = 0; offset < 3; offset++)
        {
            await FailAsync(new StreamPosition(Input, 0, offset), "{}");
        }

        await RunUntilAsync(Enum.Parse<ReplayStep>(step));
        Assert.Equal(written, (await ReplaysAsync()).Count);
        await RunAsync(new ReplaySelection());

        Assert.Equal([0L, 1L, 2L], (await ReplaysAsync()).Select(replayed => replayed.Stamp.Origin.Offset));
        Assert.True(await EndsWithARecordAsync(), "A marker stands at the end, and keeps a stage awake.");
    }

    // As a process that dies: what it has begun is neither committed nor aborted by it.
    private async Task RunUntilAsync(ReplayStep step) => await Assert.ThrowsAsync<DiedException>(() =>
        Replay().RunAsync(new ReplaySelection(), new Steps(step, () => throw new DiedException()), CancellationToken.None));

    private async Task<bool> EndsWithARecordAsync()
    {
        using var cluster = new ClusterReader(Cluster.Kafka);
        var ends = (await cluster.EndsAsync(await cluster.PartitionsAsync([Topic]))).Where(end => end.Value.End > 0).ToList();
        return (await cluster.FirstAsync([.. ends.Select(end => new TopicPartitionOffset(end.Key, end.Value.End - 1))])).Count == ends.Count;
    }

    private sealed class Steps(ReplayStep step, Action act) : IProgress<ReplayProgress>
    {
        private bool _done;

        public Steps? Then { get; init; }

        public void Report(ReplayProgress value)
        {
            Then?.Report(value);
            if (value.Step == step && !_done)
            {
                _done = true;
                act();
            }
        }
    }

    private sealed class DiedException : Exception;
}
