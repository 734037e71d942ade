using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Millrace.Core;

/// <summary>What became of an error event: a record of the compacted topic <see cref="StageDefinition.ResolvedTopic"/>, of which the last one of a key counts.</summary>
/// <remarks>The key is the error event's id. Whoever asks for a replay writes <see cref="ErrorState.Requested"/>, together with the record to replay; the stage writes what came of it, together with that.</remarks>
public sealed record ErrorMark
{
    /// <summary>The outcome of a replayed event that became other events, or entered its store.</summary>
    public const string Emitted = "emitted";

    /// <summary>The outcome of a replayed event that the stage had no use for.</summary>
    public const string Filtered = "filtered";

    private const string Requested = "requested", Resolved = "resolved", Failed = "failed";

    /// <summary>The id of the error event.</summary>
    public required Guid ErrorId { get; init; }

    /// <summary>What became of it.</summary>
    public required ErrorState State { get; init; }

    /// <summary>The request that asked for it.</summary>
    public required Guid Request { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whether not the event that failed was replayed, but a corrected copy.</summary>
    public bool IsEdited { get; init; }

    /// <summary>What the stage made of the event, <see cref="Emitted"/> or <see cref="Filtered"/>; null where it is not resolved.</summary>
    public string? Outcome { get; init; }

    /// <summary>The id of the newer error event; null where it did not fail again.</summary>
    public string? NewId { get; init; }

    /// <summary>Where the error event stands.</summary>
    /// <remarks>An event that is read anew from its own topic, and fails as it did, has an error event of the same id, which stands behind that one and of which the mark says nothing.</remarks>
    public required StreamPosition Position { get; init; }

    /// <summary>The mark as a record.</summary>
    /// <param name="topic">The stage's topic of marks.</param>
    public OutputRecord ToRecord(string topic)
    {
        var value = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(value))
        {
            json.WriteStartObject();
            json.WriteString("state", State switch { ErrorState.Resolved => Resolved, ErrorState.FailedAgain => Failed, _ => Requested });
            json.WriteString("request", Request);
            json.WriteString("dt", Iso8601.Format(Time));
            if (IsEdited)
            {
                json.WriteBoolean("edited", true);
            }

            WriteOptional(json, "outcome", Outcome);
            WriteOptional(json, "new_id", NewId);
            json.WriteString("position", Position.ToString());
            json.WriteEndObject();
        }

        return new OutputRecord { Topic = topic, Key = Encoding.ASCII.GetBytes(ErrorId.ToString()), Value = value.WrittenSpan.ToArray(), Timestamp = Time };
    }

    /// <summary>Reads a record of a topic of marks; null where it is none.</summary>
    public static ErrorMark? Read(EventRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        try
        {
            using var document = JsonDocument.Parse(record.Value);
            var mark = document.RootElement;
            return Guid.TryParseExact(Encoding.ASCII.GetString(record.Key ?? []), "D", out var error)
                && Guid.TryParseExact(mark.Child("request").Text(), "D", out var request)
                && StreamPosition.TryParse(mark.Child("position").Text(), out var position)
                && StateOf(mark.Child("state").Text()) is { } state
                ? new ErrorMark
                {
                    ErrorId = error,
                    State = state,
                    Request = request,
                    Time = mark.Child("dt").Time() ?? record.Timestamp,
                    IsEdited = mark.Child("edited").Flag() == true,
                    Outcome = mark.Child("outcome").Text(),
                    NewId = mark.Child("new_id").Text(),
                    Position = position,
                }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What a stage writes when a replayed event has its outcome.</summary>
    /// <param name="stamp">The stamp of the record.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="newId">The id of the new error event, where it failed.</param>
    /// <param name="now">The time.</param>
    internal static ErrorMark Of(ReplayStamp stamp, Outcome outcome, string? newId, DateTimeOffset now) => new()
    {
        ErrorId = stamp.ErrorId,
        Position = stamp.Error,
        State = outcome is Core.Outcome.Failed ? ErrorState.FailedAgain : ErrorState.Resolved,
        Request = stamp.Request,
        Time = now,
        IsEdited = stamp.IsEdited,
        Outcome = outcome switch { Core.Outcome.Failed => null, Core.Outcome.Filtered => Filtered, _ => Emitted },
        NewId = newId,
    };

    private static ErrorState? StateOf(string? text) => text switch { Requested => ErrorState.Requested, Resolved => ErrorState.Resolved, Failed => ErrorState.FailedAgain, _ => null };

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
