using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A place in a schema document, and what references from there are relative to.</summary>
/// <param name="Document">The document.</param>
/// <param name="Pointer">The JSON pointer to the place; empty is the document's root.</param>
/// <param name="Element">What stands there.</param>
/// <param name="Base">The nearest <c>$id</c> at or above the place, or the document's own URI.</param>
/// <param name="Resource">The pointer to where that <c>$id</c> stands: a <c>#/…</c> reference counts from there.</param>
internal sealed record SchemaPlace(SchemaDocument Document, string Pointer, JsonElement Element, Uri Base, string Resource)
{
    /// <summary>The place of something below this one; an <c>$id</c> there, unless beside a <c>$ref</c>, changes the base.</summary>
    public SchemaPlace Below(string pointer, JsonElement element)
    {
        var below = this with { Pointer = Pointer + pointer, Element = element };
        return below.Id is { } id && !id.StartsWith('#') && Uri.TryCreate(Base, id, out var uri)
            ? below with { Base = uri, Resource = below.Pointer }
            : below;
    }

    /// <summary>The place's <c>$id</c>; null where it has none, or one that does not count beside a <c>$ref</c>.</summary>
    public string? Id =>
        Element.ValueKind == JsonValueKind.Object
        && !(Element.TryGetProperty("$ref"u8, out var reference) && reference.ValueKind == JsonValueKind.String)
        && Element.TryGetProperty("$id"u8, out var id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()
            : null;

    /// <summary>An exception about something at this place.</summary>
    public SchemaException Wrong(string problem, Exception? cause = null) => new(Document.Name, Pointer, problem, cause);
}
