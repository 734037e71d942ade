namespace Millrace.Core;

/// <summary>Turns what the stage emits into records: stamped, written, checked against its schema, keyed.</summary>
internal sealed class Encode : IStageMiddleware
{
    private readonly IEventSchemas _schemas;
    private readonly TimeProvider _time;
    private readonly StageDefinition _stage;
    private readonly string? _datacenter;
    private readonly Dictionary<string, (StageOutput Output, string Topic)> _outputs;

    public Encode(StageDefinition stage, IEventSchemas schemas, TimeProvider time, string? datacenter)
    {
        (_stage, _schemas, _time, _datacenter) = (stage, schemas, time, datacenter);
        _outputs = stage.Outputs.ToDictionary(output => output.Stream.Name, output => (output, output.Stream.TopicToWrite(datacenter)));
    }

    public async ValueTask<Outcome> InvokeAsync(StageContext context, StageDelegate next)
    {
        var outcome = await next(context).ConfigureAwait(false);
        if (outcome is not Outcome.Emitted emitted)
        {
            return outcome;
        }

        var headers = TraceHeaders.ForOutputs(context.Record);
        for (var index = 0; index < emitted.Events.Count; index++)
        {
            if (Add(context, emitted.Events[index], index, headers) is { } error)
            {
                context.ClearOutputs();
                return new Outcome.Failed(error with { Stream = context.Event!.Stream, SchemaUri = context.Event.SchemaUri });
            }
        }

        return outcome;
    }

    private StageError? Add(StageContext context, EventDraft draft, int index, IReadOnlyList<RecordHeader> headers)
    {
        if (Route(draft) is not var (output, topic))
        {
            return new StageError(ErrorTypes.InvalidOutput,
                $"The stage emitted to {(draft.Stream is null ? "no stream by name" : $"'{draft.Stream}'")}; it writes {string.Join(", ", _outputs.Keys)}.");
        }

        var now = _time.GetUtcNow();
        Stamp(draft, output, context, index, now);
        byte[]? key = null;
        if (output.Stream.Key is { } fields && !fields.TryCreate(draft.Root, out key, out var missing))
        {
            return new StageError(ErrorTypes.InvalidOutput, $"'.{missing}' is missing in the output; stream {output.Stream.Name} is keyed by it.");
        }

        var value = Write(draft);
        if (value.Length > _stage.Options.MaxOutputBytes)
        {
            return new StageError(ErrorTypes.OutputTooLarge,
                $"The output has {value.Length:N0} bytes; stage {_stage.Name} may emit {_stage.Options.MaxOutputBytes:N0} (options.maxOutputBytes).");
        }

        if (!_schemas.TryValidate(output.SchemaUri, value, out var error))
        {
            return error with { Type = ErrorTypes.InvalidOutput, Message = $"The output does not match {output.SchemaUri}: {error.Message}" };
        }

        context.Add(new OutputRecord { Topic = topic, Key = key, Value = value, Headers = headers, Timestamp = now });
        return null;
    }

    private (StageOutput Output, string Topic)? Route(EventDraft draft)
    {
        if (draft.Stream is not null)
        {
            return _outputs.TryGetValue(draft.Stream, out var named) ? named : null;
        }

        return _outputs.Count == 1 ? _outputs.Values.First() : null;
    }

    private void Stamp(EventDraft draft, StageOutput output, StageContext context, int index, DateTimeOffset now)
    {
        var source = context.Event!.Meta;
        draft.Root.Set("$schema", output.SchemaUri);
        var meta = draft.Root.Fresh("meta");
        meta.SetDefault("uri", source.Child("uri"u8));
        meta.SetDefault("request_id", source.Child("request_id"u8));
        meta.Set("id", OutputId.Create(_stage.Name, RecordOrigin.Of(context.Record, _datacenter), index));
        meta.Set("dt", now);
        meta.SetDefault("domain", source.Child("domain"u8));
        meta.Set("stream", output.Stream.Name);
    }

    private static byte[] Write(EventDraft draft)
    {
        draft.Root.WriteTo(JsonBuffer.Begin());
        return JsonBuffer.Take();
    }
}
