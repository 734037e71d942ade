using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Millrace.Core;

/// <summary>Runs a stage over the batches that its trigger is given.</summary>
/// <remarks>
/// A batch mixes partitions. They run in parallel; inside a partition outcomes leave in offset order. When
/// <see cref="RunAsync"/> returns, every record of the batch has its outcome and every outcome is durable, so the host
/// may commit. When it throws, nothing may be committed: the host gives the batch again, and what of it is below the
/// checkpoint of its partition's session by then is dropped. A partition whose sink is down waits and tries again, for
/// as long as it takes; <see cref="StageTally.Blocked"/> shows it. When the host stops, what is being worked on has
/// <see cref="StageOptions.DrainTime"/> to end, and what has left in order is settled.
/// </remarks>
public sealed partial class StageRunner
{
    // What a stopping host leaves for outcomes to become durable, beyond the time that events have to end.
    private static readonly TimeSpan SettlingGrace = TimeSpan.FromSeconds(5);

    private readonly StagePipeline _pipeline;
    private readonly ISink _sink;
    private readonly TimeProvider _time;
    private readonly SinkBackOff _backOff;
    private readonly ILogger<StageRunner> _log;

    /// <summary>A runner for one stage.</summary>
    public StageRunner(StageDefinition stage, StagePipeline pipeline, ISink sink, TimeProvider time, ILogger<StageRunner> log)
    {
        (Stage, _pipeline, _sink, _time, _log) = (stage, pipeline, sink, time, log);
        _backOff = new SinkBackOff(time);
    }

    /// <summary>The stage.</summary>
    public StageDefinition Stage { get; }

    /// <summary>The stage's account.</summary>
    public StageTally Tally => _pipeline.Tally;

    /// <summary>Processes a batch.</summary>
    /// <param name="batch">Records of one or more partitions, those of each partition in offset order; what is there twice, or out of order, after a rebalance is put right.</param>
    /// <param name="cancellation">Cancelled when the host stops.</param>
    /// <exception cref="SinkException">Outcomes could not be made durable. The runner has waited before it says so: the host tries again at once.</exception>
    /// <exception cref="OperationCanceledException">The host stops.</exception>
    public async Task RunAsync(IReadOnlyList<EventRecord> batch, CancellationToken cancellation)
    {
        var partitions = Split(batch);
        var share = Stage.Options.MaxBytesInFlight / Math.Max(1, partitions.Count);
        try
        {
            await Task.WhenAll(partitions.Select(partition => RunPartitionAsync(partition.Key, partition.Value, share, cancellation))).ConfigureAwait(false);
            _backOff.Reset();
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            var pause = _backOff.Next();
            LogSinkFailed(_log, failure, Stage.Name, batch.Count, pause);
            await _backOff.WaitAsync(pause, cancellation).ConfigureAwait(false);
            throw;
        }
    }

    private async Task RunPartitionAsync(StreamPartition partition, List<EventRecord> records, long maxBytes, CancellationToken cancellation)
    {
        using var scope = Scope(_log, Stage.Name, partition.Topic, partition.Partition);
        Tally.Take(records.Count);
        var account = Tally.Of(partition);
        var begun = account.Begin(records.Count);
        var retry = new SinkRetry(Tally, partition, _time, (failure, pause) => LogPartitionWaits(_log, failure, Stage.Name, partition, pause));
        Settlement? settlement = null;
        try
        {
            if (partition.Topic == Stage.ReplayTopic)
            {
                records = records.ConvertAll(record => record.AsReplay());
            }

            // Before this method first waits: of two calls at once for a partition, the session of the first is the first.
            var session = await retry.CallAsync(token => _sink.OpenAsync(Stage, partition, token), cancellation).ConfigureAwait(false);
            await using var closing = session.ConfigureAwait(false);
            var repeated = records.RemoveAll(record => record.Position.Offset < session.Checkpoint) + DropRepetitions(records);
            RequireBeginning(account, session, records);
            account.Open(session.Checkpoint);
            Tally.Drop(repeated);
            account.Repeat(repeated);
            settlement = new Settlement(_pipeline, Stage.Options, session, retry, account, _time);

            // Each partition on the pool: a stage that never waits would otherwise run one after another.
            await Task.Run(() => ProcessAsync(settlement, records, maxBytes, cancellation), CancellationToken.None).ConfigureAwait(false);
            Tally.Unblock(partition);
        }
        catch (Exception failure)
        {
            if (cancellation.IsCancellationRequested)
            {
                Tally.Unblock(partition);
            }
            else
            {
                Tally.Block(partition, failure.Message);
            }

            throw;
        }
        finally
        {
            var unsettled = records.Count - (settlement?.Settled ?? 0);
            Tally.GiveBack(unsettled);
            account.End(begun, unsettled);
        }
    }

    private async Task ProcessAsync(Settlement settlement, List<EventRecord> records, long maxBytes, CancellationToken cancellation)
    {
        using var processing = new DelayedStop(Stage.Options.DrainTime, _time, cancellation);
        using var settling = new DelayedStop(Stage.Options.DrainTime + SettlingGrace, _time, cancellation);
        using var run = new PartitionRun(_pipeline, Stage.Options, settlement, maxBytes, cancellation, processing.Token);
        try
        {
            await run.RunAsync(records).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && Stage.Options.Ordered)
        {
            // What has left until here is a beginning of the batch, and nobody needs to do it again.
            await settlement.SettleAsync(settling.Token).ConfigureAwait(false);
            throw;
        }

        await settlement.SettleAsync(settling.Token).ConfigureAwait(false);
    }

    // Of a checkpoint that was set back, a worker that had read on must not settle what it has: all between would never be done again.
    private void RequireBeginning(PartitionTally account, IPartitionSession session, List<EventRecord> records)
    {
        if (session.KnowsCheckpoint && account.Checkpoint is { } known && session.Checkpoint < known && records.Count > 0 && records[0].Position.Offset > session.Checkpoint)
        {
            throw new SinkException($"Stage {Stage.Name}: the checkpoint of {account.Partition} was set back from {known} to {session.Checkpoint}, and this batch, from {records[0].Position.Offset} on, was read before that. It is not settled; restart this worker.");
        }
    }

    // A host that loses a partition and gets it back while it collects a batch has some records twice: the second time from
    // where its group had committed, which may be further back than the first began.
    private static int DropRepetitions(List<EventRecord> records)
    {
        for (var i = 1; i < records.Count; i++)
        {
            if (records[i].Position.Offset <= records[i - 1].Position.Offset)
            {
                EventRecord[] once = [.. records.DistinctBy(record => record.Position.Offset).OrderBy(record => record.Position.Offset)];
                var repetitions = records.Count - once.Length;
                records.Clear();
                records.AddRange(once);
                return repetitions;
            }
        }

        return 0;
    }

    private static Dictionary<StreamPartition, List<EventRecord>> Split(IReadOnlyList<EventRecord> batch)
    {
        var partitions = new Dictionary<StreamPartition, List<EventRecord>>();
        foreach (var record in batch)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(partitions, record.Position.StreamPartition, out _) ??= []).Add(record);
        }

        return partitions;
    }
}
