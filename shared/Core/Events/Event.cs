using System.Text.Json;

namespace Millrace.Core;

/// <summary>A decoded event: a JSON object that matches the schema it names.</summary>
/// <remarks>
/// The view reads straight from the record's bytes. It lives as long as the stage works on the event:
/// keep <see cref="JsonElement.Clone"/>s of what must outlive that.
/// </remarks>
public sealed class Event : IDisposable
{
    private readonly JsonDocument _document;

    /// <summary>Wraps a parsed event; the event owns the document from here on.</summary>
    /// <param name="record">The record that the event came in.</param>
    /// <param name="document">The record's value, parsed; its root is an object.</param>
    /// <param name="schemaUri">The event's <c>$schema</c>, such as <c>/page/change/1.0.0</c>.</param>
    public Event(EventRecord record, JsonDocument document, string schemaUri)
    {
        Record = record;
        SchemaUri = schemaUri;
        _document = document;
        Root = document.RootElement;
        Meta = Root.Child("meta"u8);
    }

    /// <summary>The record that the event came in.</summary>
    public EventRecord Record { get; }

    /// <summary>The event as a JSON object.</summary>
    public JsonElement Root { get; }

    /// <summary>The <c>meta</c> object; undefined where the event has none.</summary>
    public JsonElement Meta { get; }

    /// <summary>The event's <c>$schema</c>.</summary>
    public string SchemaUri { get; }

    /// <summary>The stream that the event says it belongs to, <c>meta.stream</c>.</summary>
    public string? Stream => Meta.Child("stream"u8).Text();

    /// <summary>The event's id, <c>meta.id</c>.</summary>
    public string? Id => Meta.Child("id"u8).Text();

    /// <summary>The site that the event is about, <c>meta.domain</c>.</summary>
    public string? Domain => Meta.Child("domain"u8).Text();

    /// <summary>When it happened (<c>dt</c>, set by the producer); null where absent or no date-time.</summary>
    public DateTimeOffset? Time => Root.Child("dt"u8).Time();

    /// <summary>When the platform received it (<c>meta.dt</c>); null where absent or no date-time.</summary>
    public DateTimeOffset? ReceiveTime => Meta.Child("dt"u8).Time();

    /// <summary>Whether the event is a canary: an artificial event that proves a stream to be alive, dropped by every consumer.</summary>
    public bool IsCanary => Meta.Child("domain"u8) is { ValueKind: JsonValueKind.String } domain && domain.ValueEquals("canary"u8);

    /// <summary>Gives the view's memory back. The pipeline calls it; a stage never does.</summary>
    public void Dispose() => _document.Dispose();
}
