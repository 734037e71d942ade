using System.Text;
using System.Text.Json;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>Says whether a corrected copy may take the place of an event that failed.</summary>
internal static class ReplayEdit
{
    /// <summary>What is wrong with the copy, each in one sentence; empty where nothing is.</summary>
    /// <param name="stage">The stage that failed.</param>
    /// <param name="failed">The error event.</param>
    /// <param name="edited">The copy.</param>
    /// <param name="schemas">What validates events.</param>
    public static IReadOnlyList<string> Check(StageDefinition stage, FailedRecord failed, byte[] edited, IEventSchemas schemas)
    {
        if (stage.InputOfTopic(failed.Origin.Topic) is not { } stream)
        {
            return [$"{stage.Name} does not read {Printable.Of(failed.Origin.Topic)}, which the event was of."];
        }

        if (edited.Length > stage.Options.MaxEventBytes)
        {
            return [$"The copy has {edited.Length:N0} bytes; stage {stage.Name} accepts {stage.Options.MaxEventBytes:N0} (options.maxEventBytes)."];
        }

        if (!schemas.TryDecode(new EventRecord { Position = failed.Origin, Key = failed.Record.Key, Value = edited }, out var copy, out var error))
        {
            return [error.Message];
        }

        using (copy)
        {
            return [.. new[] { WrongStream(copy, stream), WrongTitle(copy, stream, schemas), WrongKey(copy, stream, failed) }.OfType<string>()];
        }
    }

    private static string? WrongStream(Event copy, StreamDefinition stream) => copy.Stream == stream.Name ? null
        : $"'.meta.stream' is {(copy.Stream is { } name ? $"'{Excerpt.Of(name)}'" : "missing")}; the event that failed is of '{stream.Name}'.";

    private static string? WrongTitle(Event copy, StreamDefinition stream, IEventSchemas schemas) => schemas.TitleOf(copy.SchemaUri) is var title && title == stream.SchemaTitle ? null
        : $"'.$schema' is '{copy.SchemaUri}', of title '{title}'; stream {stream.Name} takes events of title '{stream.SchemaTitle}'.";

    // Another key belongs to another partition, perhaps: the copy would be worked on out of its order.
    private static string? WrongKey(Event copy, StreamDefinition stream, FailedRecord failed)
    {
        if (stream.Key is null || failed.Record.Key is not { } key)
        {
            return null;
        }

        if (!stream.Key.TryCreate(copy.Root, out var own, out var missing))
        {
            return $"'.{missing}' is missing; stream {stream.Name} is keyed by it.";
        }

        return own.AsSpan().SequenceEqual(key) || own.AsSpan().SequenceEqual(KeyOfOriginal(stream.Key, failed)) ? null
            : $"Its key is {Excerpt.Of(Encoding.UTF8.GetString(own))}, and that of the event which failed {Excerpt.Of(Encoding.UTF8.GetString(key))}: what comes under another key has another order. Send it as an event of its own.";
    }

    // Whoever produced the event may write keys in another way than the platform does.
    private static byte[]? KeyOfOriginal(MessageKey fields, FailedRecord failed)
    {
        try
        {
            using var original = JsonDocument.Parse(ErrorEvent.RawBytes(failed.Event.RawEvent ?? ""));
            return original.RootElement.ValueKind == JsonValueKind.Object && fields.TryCreate(original.RootElement, out var key, out _) ? key : null;
        }
        catch (Exception none) when (none is JsonException or FormatException)
        {
            return null;
        }
    }
}
