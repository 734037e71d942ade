using Confluent.Kafka;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Gives failed events to their stages once more: in the order of the positions that they first had, each once, however often it is asked for.</summary>
/// <remarks>
/// Each event is written to <see cref="StageDefinition.ReplayTopic"/> in the transaction that marks its error event as requested,
/// and one that is marked is left alone. What was done is kept by the marks alone, so that a replay that was killed is completed
/// by the same one again. The caller sees to it that two of them do not take turns: of two at once for a stage, the later one stays.
/// Methods throw <see cref="UsageException"/> where something is not as it has to be, and <see cref="KafkaException"/> where the brokers do not answer.
/// </remarks>
/// <param name="platform">The stages, and their cluster.</param>
/// <param name="schemas">What validates a corrected copy.</param>
/// <param name="time">The clock.</param>
internal sealed class Replay(Platform platform, IEventSchemas schemas, TimeProvider time)
{
    private readonly TopicScan _scan = new(platform.Kafka);

    /// <summary>How many events of a stage are sorted in memory at a time; beyond, its error stream is read several times.</summary>
    public int MaxEvents { get; init; } = 10_000;

    /// <summary>What would be done; nothing is written.</summary>
    public async Task<ReplayPlan> PlanAsync(ReplaySelection selection, CancellationToken cancellation) =>
        (await WorkAsync(selection, isRun: false, null, cancellation)).Plan;

    /// <summary>Does it.</summary>
    /// <param name="selection">What is replayed.</param>
    /// <param name="progress">Told of every step, before the next; null is nobody.</param>
    /// <param name="cancellation">Gives up between two transactions; the same again goes on from there.</param>
    public Task<ReplayResult> RunAsync(ReplaySelection selection, IProgress<ReplayProgress>? progress, CancellationToken cancellation) =>
        WorkAsync(selection, isRun: true, progress, cancellation);

    /// <summary>What is wrong with a corrected copy of an event that failed; empty where it may take its place.</summary>
    /// <param name="name">The id of the error event, or its position.</param>
    /// <param name="edited">The copy.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<string>> CheckAsync(string name, byte[] edited, CancellationToken cancellation)
    {
        var selection = new ReplaySelection { Ids = [name] };
        foreach (var stage in platform.Catalog.Stages)
        {
            var (ranges, _) = await RangesAsync(stage, selection);
            await foreach (var batch in new FailedRecords(_scan, ranges, failed => IsWanted(selection, failed)).ReadAsync(cancellation))
            {
                return ReplayEdit.Check(stage, batch[^1], edited, schemas);
            }
        }

        throw new UsageException($"No error event has the id or the position '{Printable.Of(name)}'.");
    }

    private async Task<ReplayResult> WorkAsync(ReplaySelection selection, bool isRun, IProgress<ReplayProgress>? progress, CancellationToken cancellation)
    {
        if (selection.Edited is not null)
        {
            selection.RequireOne();
        }

        var (request, report, isAll) = (Guid.NewGuid(), new ReplayReport(selection.Ids), true);
        using var cluster = new ClusterReader(platform.Kafka);
        foreach (var stage in platform.Choose(selection.Stages))
        {
            var (ranges, isWhole) = await RangesAsync(stage, selection);
            isAll &= isWhole;
            using var run = new ReplayRun(platform, stage, cluster, _scan, schemas, time)
            {
                Selection = selection,
                Request = request,
                Report = report,
                Progress = progress,
                IsDry = !isRun,
            };
            try
            {
                await foreach (var batch in new FailedRecords(_scan, ranges, failed => IsWanted(selection, failed)) { MaxEvents = MaxEvents }.ReadAsync(cancellation))
                {
                    await run.TakeAsync(batch, cancellation);
                }
            }
            catch (OperationCanceledException)
            {
                await run.EndAsync();
                throw;
            }

            await run.EndAsync();
        }

        return new ReplayResult(request, report.ToPlan(isAll));
    }

    private async Task<(IReadOnlyList<ScanRange> Ranges, bool IsAll)> RangesAsync(StageDefinition stage, ReplaySelection selection)
    {
        var all = await _scan.PlanAsync(stage.ErrorStream.Topics, selection.From, selection.To);
        return (ScanRange.Last(all, selection.Most), all.Sum(range => range.Length) <= selection.Most);
    }

    private static bool IsWanted(ReplaySelection selection, FailedEvent failed) => selection.Ids.Count > 0
        ? (failed.Id is { } id && selection.Ids.Contains(id)) || selection.Ids.Contains(failed.Position)
        : (selection.Filter with { States = [] }).Accepts(failed);
}
