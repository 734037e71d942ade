using System.Text.Json;

namespace Millrace.Core;

/// <summary>A decoded event: a JSON object that matches the schema it names.</summary>
/// <remarks>
/// What the platform itself needs of an event is read straight from its bytes. The view of the whole is parsed when a stage
/// first asks for it, and lives as long as the stage works on the event: keep <see cref="JsonElement.Clone"/>s of what must
/// outlive that. A stage may ask from several threads; disposing is for whoever knows that none of them goes on.
/// </remarks>
public sealed class Event : IDisposable
{
    private static readonly JsonDocument Disposed = JsonDocument.Parse("null"u8.ToArray());

    private readonly EventFields _fields;
    private JsonDocument? _document;

    /// <summary>Wraps an event whose fields were found.</summary>
    /// <param name="record">The record that the event came in; its value is one valid JSON object.</param>
    /// <param name="schemaUri">The event's <c>$schema</c>, such as <c>/page/change/1.0.0</c>.</param>
    /// <param name="fields">Where the fields stand in the record's value.</param>
    public Event(EventRecord record, string schemaUri, in EventFields fields) =>
        (Record, SchemaUri, _fields) = (record, schemaUri, fields);

    /// <summary>The record that the event came in.</summary>
    public EventRecord Record { get; }

    /// <summary>The event as a JSON object.</summary>
    /// <exception cref="ObjectDisposedException">The stage is done with the event.</exception>
    public JsonElement Root => (_document ?? Parse()) is var document && document != Disposed
        ? document.RootElement
        : throw new ObjectDisposedException(nameof(Event));

    /// <summary>The <c>meta</c> object; undefined where the event has none.</summary>
    /// <exception cref="ObjectDisposedException">The stage is done with the event.</exception>
    public JsonElement Meta => Root.Child("meta"u8);

    /// <summary>The event's <c>$schema</c>.</summary>
    public string SchemaUri { get; }

    /// <summary>The stream that the event says it belongs to, <c>meta.stream</c>.</summary>
    public string? Stream => Text(EventField.Stream);

    /// <summary>The event's id, <c>meta.id</c>.</summary>
    public string? Id => Text(EventField.Id);

    /// <summary>The site that the event is about, <c>meta.domain</c>.</summary>
    public string? Domain => Text(EventField.Domain);

    /// <summary>When it happened (<c>dt</c>, set by the producer); null where absent or no date-time.</summary>
    public DateTimeOffset? Time => TimeOf(EventField.Time);

    /// <summary>When the platform received it (<c>meta.dt</c>); null where absent or no date-time.</summary>
    public DateTimeOffset? ReceiveTime => TimeOf(EventField.ReceiveTime);

    /// <summary>Whether the event is a canary: an artificial event that proves a stream to be alive, dropped by every consumer.</summary>
    public bool IsCanary => Has(EventField.Domain, "canary"u8);

    /// <summary>Gives the view's memory back, if there is one. The pipeline calls it; a stage never does.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _document, Disposed) is { } document && document != Disposed)
        {
            document.Dispose();
        }
    }

    /// <summary>Whether <c>meta.stream</c> is that name; cheaper than to read it.</summary>
    internal bool IsOf(string stream) => TryRead(EventField.Stream, out var reader) && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(stream);

    private bool Has(EventField field, ReadOnlySpan<byte> text) =>
        TryRead(field, out var reader) && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(text);

    private string? Text(EventField field)
    {
        if (!TryRead(field, out var reader) || reader.TokenType != JsonTokenType.String)
        {
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair is no text.
            return null;
        }
    }

    private DateTimeOffset? TimeOf(EventField field) =>
        TryRead(field, out var reader) && reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var time) ? time : null;

    private bool TryRead(EventField field, out Utf8JsonReader reader)
    {
        reader = new Utf8JsonReader(_fields[(int)field].In(Record.Value));
        return _fields[(int)field].Length > 0 && reader.Read();
    }

    private JsonDocument Parse()
    {
        var parsed = JsonDocument.Parse(Record.Value);
        if (Interlocked.CompareExchange(ref _document, parsed, null) is not { } first)
        {
            return parsed;
        }

        parsed.Dispose();
        return first;
    }
}
