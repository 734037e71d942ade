namespace Millrace.Core;

/// <summary>Turns bytes into a valid event of one of the stage's streams, or the event into a failure that says why it is none.</summary>
internal sealed class Decode(IEventSchemas schemas) : IStageMiddleware
{
    private static readonly Outcome EndOfReplay = new Outcome.Filtered("end_of_replay");

    public ValueTask<Outcome> InvokeAsync(StageContext context, StageDelegate next)
    {
        if (context.Record.Value is null && context.Record.Position.Topic == context.Stage.ReplayTopic && ReplayStamp.IsEnd(context.Record))
        {
            return new(EndOfReplay);
        }

        // A second attempt on an event finds it decoded.
        if (context.Event is not null || Check(context) is not { } error)
        {
            return next(context);
        }

        // Without its schema nothing can be said of the event, and nothing is wrong with it: wait for as long as it takes.
        return new(new Outcome.Failed(error.Type == ErrorTypes.SchemaUnavailable ? error with { RetryUntil = DateTimeOffset.MaxValue } : error));
    }

    private StageError? Check(StageContext context)
    {
        var (stage, record) = (context.Stage, context.Record);
        if (record.Value is null)
        {
            return new StageError(ErrorTypes.NullValue, "The record has no value (a tombstone); an event is a JSON object.");
        }

        if (record.Value.Length > stage.Options.MaxEventBytes)
        {
            return new StageError(ErrorTypes.EventTooLarge,
                $"The event has {record.Value.Length:N0} bytes; stage {stage.Name} accepts {stage.Options.MaxEventBytes:N0} (options.maxEventBytes).");
        }

        if (!schemas.TryDecode(record, out var decoded, out var error))
        {
            return error;
        }

        if (CheckStream(stage, decoded) is { } wrong)
        {
            decoded.Dispose();
            return wrong;
        }

        context.Event = decoded;
        return null;
    }

    private StageError? CheckStream(StageDefinition stage, Event decoded)
    {
        var topic = decoded.Record.Origin.Topic;
        var expected = stage.InputOfTopic(topic);
        if (expected is null || !decoded.IsOf(expected.Name))
        {
            return Refuse(ErrorTypes.WrongStream, decoded, topic == stage.ReplayTopic
                ? $"The record has no header {ReplayStamp.HeaderName} that says what it is a replay of: topic {topic} is for those that `millrace errors replay` writes."
                : $"'.meta.stream' is {(decoded.Stream is { } name ? $"'{Excerpt.Of(name)}'" : "missing")}; topic {topic} carries {(expected is null ? $"no stream that {stage.Name} reads" : $"'{expected.Name}'")}.");
        }

        var title = schemas.TitleOf(decoded.SchemaUri);
        return title == expected.SchemaTitle ? null : Refuse(ErrorTypes.WrongSchemaTitle, decoded,
            $"'.$schema' is '{decoded.SchemaUri}', of title '{title}'; stream {expected.Name} takes events of title '{expected.SchemaTitle}'.");
    }

    private static StageError Refuse(string type, Event decoded, string message) =>
        new(type, message) { SchemaUri = decoded.SchemaUri, Stream = decoded.Stream };
}
