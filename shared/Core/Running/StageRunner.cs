using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Millrace.Core;

/// <summary>Runs a stage over the batches that its trigger is given.</summary>
/// <remarks>
/// A batch mixes partitions. They run in parallel; inside a partition outcomes leave in offset order. When
/// <see cref="RunAsync"/> returns, every record of the batch has its outcome and every outcome is durable, so the host
/// may commit. When it throws, nothing may be committed: the host gives the batch again.
/// </remarks>
public sealed partial class StageRunner
{
    private const int SmallestErrorEvent = 4 * 1024;

    private readonly StagePipeline _pipeline;
    private readonly ISink _sink;
    private readonly SinkBackOff _backOff;
    private readonly ILogger<StageRunner> _log;

    /// <summary>A runner for one stage.</summary>
    public StageRunner(StageDefinition stage, StagePipeline pipeline, ISink sink, TimeProvider time, ILogger<StageRunner> log)
    {
        (Stage, _pipeline, _sink, _log) = (stage, pipeline, sink, log);
        _backOff = new SinkBackOff(time);
    }

    /// <summary>The stage.</summary>
    public StageDefinition Stage { get; }

    /// <summary>The stage's account.</summary>
    public StageTally Tally => _pipeline.Tally;

    /// <summary>Processes a batch.</summary>
    /// <param name="batch">Records of one or more partitions, those of each partition in offset order.</param>
    /// <param name="cancellation">Cancelled when the host stops.</param>
    /// <exception cref="SinkException">Outcomes could not be made durable. The runner has waited before it says so: the host tries again at once.</exception>
    /// <exception cref="OperationCanceledException">The host stops.</exception>
    public async Task RunAsync(IReadOnlyList<EventRecord> batch, CancellationToken cancellation)
    {
        var partitions = Split(batch);
        var share = Stage.Options.MaxBytesInFlight / Math.Max(1, partitions.Count);
        try
        {
            // Each partition on the pool: a stage that never waits would otherwise run one after another.
            await Task.WhenAll(partitions.Select(partition =>
                Task.Run(() => RunPartitionAsync(partition.Key, partition.Value, share, cancellation), CancellationToken.None))).ConfigureAwait(false);
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
        var settled = false;
        try
        {
            var session = await _sink.OpenAsync(Stage, partition, cancellation).ConfigureAwait(false);
            await using var closing = session.ConfigureAwait(false);
            Tally.GiveBack(records.RemoveAll(record => record.Position.Offset < session.Checkpoint));
            using var run = new PartitionRun(_pipeline, Stage.Options, session, maxBytes, cancellation);
            var counts = await run.RunAsync(records).ConfigureAwait(false);
            await SettleAsync(session, counts, cancellation).ConfigureAwait(false);
            settled = true;
            Tally.Settle(counts);
        }
        finally
        {
            if (!settled)
            {
                Tally.GiveBack(records.Count);
            }
        }
    }

    // What the sink refuses becomes an error event; an error event that is refused, a smaller one.
    private async ValueTask SettleAsync(IPartitionSession session, OutcomeCounts counts, CancellationToken cancellation)
    {
        var maxErrorBytes = Stage.Options.MaxErrorBytes;
        while (await session.SettleAsync(cancellation).ConfigureAwait(false) is { Count: > 0 } refused)
        {
            if (maxErrorBytes < SmallestErrorEvent)
            {
                throw new SinkException($"The sink refuses even an error event of {maxErrorBytes:N0} bytes: {refused[0].Reason}");
            }

            foreach (var (processed, reason) in refused)
            {
                var failed = _pipeline.Refuse(processed, reason, maxErrorBytes);
                counts.Replace(processed, failed);
                await session.AppendAsync(failed, cancellation).ConfigureAwait(false);
            }

            maxErrorBytes /= 4;
        }
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
