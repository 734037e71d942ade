using Millrace.Core;

namespace Millrace.Local;

/// <summary>The replay of one stage's events.</summary>
internal sealed class ReplayRun(Platform platform, StageDefinition stage, ClusterReader cluster, TopicScan scan, IEventSchemas schemas, TimeProvider time) : IDisposable
{
    private const int TransactionEvents = 1_000;
    private const long TransactionBytes = 16L << 20;

    private readonly ReplayInput _input = new(stage, scan, time);
    private ReplayTopics? _topics;
    private ReplayWriter? _writer;
    private ErrorMarks? _marks;
    private long _requested;

    /// <summary>What is replayed, and how.</summary>
    public required ReplaySelection Selection { get; init; }

    /// <summary>The request.</summary>
    public required Guid Request { get; init; }

    /// <summary>Told of every event.</summary>
    public required ReplayReport Report { get; init; }

    /// <summary>Told of every step.</summary>
    public IProgress<ReplayProgress>? Progress { get; init; }

    /// <summary>Whether nothing is written.</summary>
    public bool IsDry { get; init; }

    /// <summary>Takes the next events, in their order.</summary>
    public async Task TakeAsync(IReadOnlyList<FailedRecord> batch, CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        var (open, bytes) = (new List<(FailedRecord Failed, EventRecord Record)>(), 0L);
        foreach (var input in batch.GroupBy(failed => failed.Origin))
        {
            if (await NextAsync([.. input], cancellation) is not var (failed, record))
            {
                continue;
            }

            open.Add((failed, record));
            bytes += record.Size;
            if (open.Count == TransactionEvents || bytes >= TransactionBytes)
            {
                await WriteAsync(open, cancellation);
                bytes = 0;
            }
        }

        await WriteAsync(open, cancellation);
    }

    /// <summary>Ends it, once all events were taken.</summary>
    public async Task EndAsync()
    {
        if (_writer is not null)
        {
            await _writer.EndAsync(cluster);
            Reached(ReplayStep.Ended);
        }
    }

    public void Dispose() => _writer?.Dispose();

    private async Task BeginAsync(CancellationToken cancellation)
    {
        if (_marks is not null)
        {
            return;
        }

        _topics = await ReplayTopics.FindAsync(cluster, platform, stage);
        if (IsDry)
        {
            _marks = await ErrorMarks.ReadAsync(scan, [stage], cancellation);
            return;
        }

        _writer = await ReplayWriter.OpenAsync(stage, platform.Kafka);
        Reached(ReplayStep.Fenced);
        _marks = await _writer.ReadMarksAsync(cluster, scan, cancellation);
        Reached(ReplayStep.Known);
    }

    // Of one input there may be several error events: the same one twice, or one that failed again and the one before it. The newest counts.
    private async Task<(FailedRecord Failed, EventRecord Record)?> NextAsync(List<FailedRecord> input, CancellationToken cancellation)
    {
        input.ForEach(failed => Report.Found(failed.Event));
        (FailedRecord Failed, EventRecord Record)? next = null;
        foreach (var failed in input.Where((failed, place) => failed.Id is null || input.FindLastIndex(other => other.Id == failed.Id) == place).Reverse())
        {
            if (failed.Id is { } id && _marks!.Of(id, failed.Record.Position) is { } mark && !Selection.Again)
            {
                Report.Leave(failed.Event, mark);
            }
            else if (next is var (newer, _))
            {
                Report.Refuse(failed, stage.Name, $"the same event failed again, and is replayed for that: {newer.Event.Id}");
            }
            else
            {
                next = await MakeAsync(failed, cancellation);
            }
        }

        return next;
    }

    private async Task<(FailedRecord Failed, EventRecord Record)?> MakeAsync(FailedRecord failed, CancellationToken cancellation)
    {
        var (record, refusal) = await _input.MakeAsync(failed, Request, Selection.Edited, cancellation);
        if (Selection.Edited is { } edited && refusal is null && ReplayEdit.Check(stage, failed, edited, schemas) is { Count: > 0 } problems)
        {
            refusal = $"the corrected copy cannot take its place: {string.Join(" ", problems)}";
        }

        refusal ??= _topics!.WhyNot(stage, failed.Origin, record!);
        if (refusal is not null)
        {
            Report.Refuse(failed, stage.Name, refusal);
            return null;
        }

        Report.Plan(failed, Selection.Edited is not null);
        return (failed, record!);
    }

    private async Task WriteAsync(List<(FailedRecord Failed, EventRecord Record)> open, CancellationToken cancellation)
    {
        if (_writer is not null && open.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            await _writer.WriteAsync(open, Request, Selection.Edited is not null, Reached);
            _requested += open.Count;
            Reached(ReplayStep.Committed);
        }

        open.Clear();
    }

    private void Reached(ReplayStep step) => Progress?.Report(new ReplayProgress(stage.Name, step, _requested));
}
