using System.Text.Json;
using Millrace.Core;

namespace Millrace.Local;

/// <summary>An event of an error stream: what failed where, and the input itself.</summary>
internal sealed record FailedEvent
{
    /// <summary>The error event's own id; null where it has none.</summary>
    public string? Id { get; init; }

    /// <summary>When it failed.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The stage.</summary>
    public required string Stage { get; init; }

    /// <summary>The kind of error.</summary>
    public required string Type { get; init; }

    /// <summary>What and why.</summary>
    public required string Message { get; init; }

    /// <summary>Where the error event stands.</summary>
    public required string Position { get; init; }

    /// <summary>Where the input stands that failed, as <c>topic/partition/offset</c>; null where the event does not say.</summary>
    public string? Source { get; init; }

    /// <summary>The stream of the input; null where it could not be told.</summary>
    public string? Stream { get; init; }

    /// <summary>The schema of the input; null where it could not be told.</summary>
    public string? SchemaUri { get; init; }

    /// <summary>Where in the code it failed; null where that says nothing.</summary>
    public string? Stack { get; init; }

    /// <summary>What has become of it.</summary>
    public ErrorState State { get; init; }

    /// <summary>The request, the time and the outcome behind its state; null where it is open.</summary>
    public ErrorMark? Mark { get; init; }

    /// <summary>The id of the error event that was replayed when this one failed; null where it was no replay.</summary>
    public string? ReplayOf { get; init; }

    /// <summary>The input as <see cref="ErrorEvent"/> writes it; null where it was a tombstone.</summary>
    public string? RawEvent { get; init; }

    /// <summary>Reads a record of an error stream.</summary>
    /// <returns>The event; null where the record is none: an error stream is open to other programs.</returns>
    public static FailedEvent? Read(EventRecord record)
    {
        try
        {
            using var document = JsonDocument.Parse(record.Value);
            var error = document.RootElement;
            var meta = error.Child("meta");
            var source = meta.Child("source");
            return error.Child("emitter_id").Text() is not { } stage ? null : new FailedEvent
            {
                Id = meta.Child("id").Text(),
                Time = error.Child("dt").Time() ?? record.Timestamp,
                Stage = stage,
                Type = error.Child("error_type").Text() ?? "",
                Message = error.Child("message").Text() ?? "",
                Position = record.Position.ToString(),
                Source = source.Child("topic").Text() is { } topic ? $"{topic}/{source.Child("partition").Number()}/{source.Child("offset").Number()}" : null,
                Stream = error.Child("errored_stream_name").Text(),
                SchemaUri = error.Child("errored_schema_uri").Text(),
                Stack = error.Child("stack").Text(),
                ReplayOf = ReplayStamp.Read(record)?.ErrorId.ToString(),
                RawEvent = error.Child("raw_event").Text(),
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
