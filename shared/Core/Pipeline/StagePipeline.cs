using System.Diagnostics;

namespace Millrace.Core;

/// <summary>All that happens to one record in a stage, from its bytes to the records to produce.</summary>
/// <remarks>Telemetry, retry, decoding and validation (once), canary filter, time limit of an attempt, encoding and validation of the output, the stage.</remarks>
public sealed class StagePipeline
{
    private static readonly Outcome Encoded = new Outcome.Emitted([]);

    private readonly StageDefinition _stage;
    private readonly TimeProvider _time;
    private readonly string? _datacenter;
    private readonly string _errorTopic;
    private readonly StageDelegate _pipeline;

    /// <summary>Puts the pipeline together.</summary>
    /// <param name="stage">The stage's entry in the catalog.</param>
    /// <param name="author">The stage.</param>
    /// <param name="schemas">What decodes and validates.</param>
    /// <param name="time">The clock.</param>
    /// <param name="datacenter">The datacenter that this process writes as; null where streams have one topic each.</param>
    /// <param name="watch">Sees records pass the steps; null is nobody.</param>
    /// <exception cref="CatalogException">It cannot be told which topic to write a stream to.</exception>
    public StagePipeline(StageDefinition stage, IStage author, IEventSchemas schemas, TimeProvider time, string? datacenter = null, IPipelineWatch? watch = null)
    {
        (_stage, _time, _datacenter) = (stage, time, datacenter);
        Tally = new StageTally(stage.Name, time);
        _errorTopic = stage.ErrorStream.TopicToWrite(datacenter);
        IStageMiddleware[] order =
        [
            new Telemetry(Tally, time),
            new Retry(Tally.Meter, time),
            new Decode(schemas),
            new CanaryFilter(Tally),
            new AttemptTimeout(time),
            new Encode(stage, schemas, time, datacenter),
        ];
        _pipeline = order.Reverse().Aggregate(
            Watch("Stage", new StageCall(author).InvokeAsync),
            (next, step) => Watch(step.GetType().Name, context => step.InvokeAsync(context, next)));

        StageDelegate Watch(string name, StageDelegate step) => watch is null ? step : Watched.Step(name, step, watch);
    }

    /// <summary>The stage's entry in the catalog.</summary>
    internal StageDefinition Stage => _stage;

    /// <summary>The stage's account.</summary>
    public StageTally Tally { get; }

    /// <summary>Processes one record.</summary>
    /// <exception cref="OperationCanceledException">The host stops; there is no outcome.</exception>
    public async ValueTask<ProcessedRecord> ProcessAsync(EventRecord record, CancellationToken cancellation)
    {
        var context = new StageContext(_stage, record, cancellation);
        try
        {
            var outcome = await RunAsync(context).ConfigureAwait(false);
            if (outcome is Outcome.Failed failed)
            {
                return Fail(record, Complete(failed.Error, context), _stage.Options.MaxErrorBytes, context.Span);
            }

            var outputs = record.Replay is null ? context.Outputs : [.. context.Outputs, Mark(record.Replay, outcome, null, _time.GetUtcNow())];
            return new ProcessedRecord(record, outcome is Outcome.Emitted ? Encoded : outcome, outputs, context.Event?.SchemaUri) { Span = context.Span };
        }
        finally
        {
            if (!context.Abandoned)
            {
                context.Event?.Dispose();
            }
        }
    }

    /// <summary>What takes the place of a processed record that the sink refuses.</summary>
    internal ProcessedRecord Refuse(RefusedRecord refused, int maxErrorBytes)
    {
        var processed = refused.Processed;
        var error = processed.Outcome is Outcome.Failed failed
            ? failed.Error
            : new StageError(refused.ErrorType, $"The sink refuses the output: {refused.Reason}") { SchemaUri = processed.SchemaUri, Stream = _stage.InputOfTopic(processed.Input.Origin.Topic)?.Name };
        return Fail(processed.Input, error, maxErrorBytes, processed.Span);
    }

    private ProcessedRecord Fail(EventRecord record, StageError error, int maxErrorBytes, Activity? span)
    {
        var (outcome, named, now) = (new Outcome.Failed(error), RecordOrigin.Of(record, _datacenter), _time.GetUtcNow());
        var failed = ErrorEvent.Create(_stage, record, named, error, _errorTopic, maxErrorBytes, now, span);
        return new(record, outcome, record.Replay is null ? [failed] : [failed, Mark(record.Replay, outcome, ErrorEvent.IdOf(_stage, record, named), now)]) { Span = span };
    }

    private OutputRecord Mark(ReplayStamp stamp, Outcome outcome, string? newId, DateTimeOffset now) => ErrorMark.Of(stamp, outcome, newId, now).ToRecord(_stage.ResolvedTopic);

    // Whatever goes wrong on the way is about this one event: it must not stop the stage, and it must not pass unseen.
    private async ValueTask<Outcome> RunAsync(StageContext context)
    {
        try
        {
            return await _pipeline(context).ConfigureAwait(false);
        }
        catch (Exception unforeseen) when (
            StageCall.IsAboutTheEvent(unforeseen) && (unforeseen is not OperationCanceledException || !context.Cancellation.IsCancellationRequested))
        {
            return new Outcome.Failed(StageCall.Unforeseen(unforeseen));
        }
    }

    private static StageError Complete(StageError error, StageContext context) => context.Event is not { } decoded ? error : error with
    {
        SchemaUri = error.SchemaUri ?? decoded.SchemaUri,
        Stream = error.Stream ?? decoded.Stream,
    };
}
