using Millrace.Core;
using Millrace.Testing;

namespace Millrace.Local;

/// <summary>One event through one stage, and everything that is to be told of it.</summary>
internal sealed class TryRun
{
    private TryRun(StageDefinition stage, ProcessedRecord processed, PipelineTrace trace, LookupTrace lookups, RecordedLookups? answers, TimeSpan time) =>
        (Stage, Processed, Steps, Lookups, Missed, Time) = (stage, processed, trace.Steps, [.. lookups.Made], [.. answers?.Missed ?? []], time);

    /// <summary>The stage.</summary>
    public StageDefinition Stage { get; }

    /// <summary>What became of the event.</summary>
    public ProcessedRecord Processed { get; }

    /// <summary>The steps that it passed.</summary>
    public IReadOnlyList<TraceStep> Steps { get; }

    /// <summary>The lookups that were made for it.</summary>
    public IReadOnlyList<TracedLookup> Lookups { get; }

    /// <summary>Lookups that there was no recorded answer to.</summary>
    public IReadOnlyList<string> Missed { get; }

    /// <summary>How long it took in all.</summary>
    public TimeSpan Time { get; }

    /// <summary>Whether the event became what an event should: another, or nothing, but no error.</summary>
    public bool IsGood => Processed.Outcome is not Outcome.Failed;

    /// <summary>Runs it.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="value">The event's bytes.</param>
    /// <param name="answers">A directory of recorded answers; null really makes the lookups.</param>
    /// <param name="settings">Settings of the app.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="FixtureException">There is no such stage, or an answer cannot be used.</exception>
    /// <exception cref="CatalogException">A setting is wrong.</exception>
    public static async Task<TryRun> RunAsync(string stage, byte[] value, string? answers, IReadOnlyList<KeyValuePair<string, string>> settings, TimeProvider time, CancellationToken cancellation)
    {
        var trace = new PipelineTrace(time);
        var recorded = answers is null ? null : new RecordedLookups(answers);
        var lookups = new LookupTrace(recorded, time);
        using var detached = DetachedStage.Take(Functions.Program.Build, stage, new DetachedStageOptions { Settings = settings, Time = time, Transport = lookups.Transport, Watch = trace });
        var started = time.GetTimestamp();
        var processed = await detached.RunAsync(value, time.GetUtcNow(), cancellation);
        return new TryRun(detached.Stage, processed, trace, lookups, recorded, time.GetElapsedTime(started));
    }
}
