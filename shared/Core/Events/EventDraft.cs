namespace Millrace.Core;

/// <summary>An event that a stage is about to emit.</summary>
/// <remarks>
/// The pipeline stamps it (<c>$schema</c>, <c>meta.stream</c>, <c>meta.id</c>, <c>meta.dt</c>), so a stage sets
/// only fields of its own. <c>meta.uri</c>, <c>meta.domain</c> and <c>meta.request_id</c> follow the input unless set here.
/// </remarks>
public sealed class EventDraft
{
    private EventDraft(ObjectDraft root)
    {
        Root = root;

        // Takes the first two places for what the pipeline stamps: people look for it there.
        Root.Remove("$schema").Remove("meta");
    }

    /// <summary>The event's fields.</summary>
    public ObjectDraft Root { get; }

    /// <summary>The stream to emit to; null is the stage's only output.</summary>
    public string? Stream { get; init; }

    /// <summary>Starts from nothing.</summary>
    public static EventDraft Empty(string? stream = null) => new(new ObjectDraft(default)) { Stream = stream };

    /// <summary>Starts from all the fields of an event; those that are not set anew are copied as bytes.</summary>
    public static EventDraft From(Event source, string? stream = null) => new(new ObjectDraft(source.Root)) { Stream = stream };
}
