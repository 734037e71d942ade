using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>A document with schemas in it: where they stand, and which of them have names of their own.</summary>
/// <remarks>
/// An <c>$id</c> may be repeated inside a document, as materialised schemas do with the fragments that they were made of.
/// That is harmless until something refers to it: then the copies must be equal.
/// </remarks>
internal sealed class SchemaDocument
{
    private readonly Dictionary<string, SchemaPlace> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SchemaPlace>> _named = new(StringComparer.Ordinal);

    /// <summary>Reads through a document.</summary>
    /// <param name="uri">Where the document was found.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="root">The document; it must outlive this object.</param>
    public SchemaDocument(Uri uri, string name, JsonElement root)
    {
        Name = name;
        Root = new SchemaPlace(this, "", default, uri, "").Below("", root);
        Scan(Root);
    }

    /// <summary>What errors call the document.</summary>
    public string Name { get; }

    /// <summary>The document's root.</summary>
    public SchemaPlace Root { get; }

    /// <summary>An absolute URI without its fragment: what documents and <c>$id</c>s are known by.</summary>
    public static string KeyOf(Uri uri) => uri.AbsoluteUri is var text && text.IndexOf('#', StringComparison.Ordinal) is var mark and >= 0
        ? text[..mark]
        : text;

    /// <summary>The place whose <c>$id</c> is that URI; null where there is none.</summary>
    /// <param name="key">The URI (<see cref="KeyOf"/>), with a fragment where the <c>$id</c> is a plain name.</param>
    /// <param name="from">The place that refers to it.</param>
    /// <exception cref="SchemaException">Several places have that <c>$id</c>, and are different.</exception>
    public SchemaPlace? FindId(string key, SchemaPlace from)
    {
        if (!_named.TryGetValue(key, out var places))
        {
            return null;
        }

        var different = places.Find(place => !JsonEquality.Instance.Equals(place.Element, places[0].Element));
        return different is null
            ? places[0]
            : throw from.Wrong($"'{key}' is ambiguous: the schemas at '{places[0].Pointer}' and '{different.Pointer}' both have that $id.");
    }

    /// <summary>The place that a JSON pointer leads to; null where it leads nowhere.</summary>
    /// <param name="pointer">The pointer, from the document's root.</param>
    public SchemaPlace? Find(string pointer)
    {
        if (_places.TryGetValue(pointer, out var known))
        {
            return known;
        }

        // A place where draft-07 expects no schema: found by walking there.
        var place = Root;
        foreach (var token in pointer.Split('/').Skip(1))
        {
            if (!JsonPath.TryStep(place.Element, token, out var next))
            {
                return null;
            }

            var below = place.Pointer + "/" + token;
            place = _places.GetValueOrDefault(below) ?? place with { Pointer = below, Element = next };
        }

        return place;
    }

    private void Scan(SchemaPlace place)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _places[place.Pointer] = place;
        if (place.Id is { } id && Uri.TryCreate(place.Base, id, out var uri))
        {
            var key = id.StartsWith('#') ? KeyOf(place.Base) + id : KeyOf(uri);
            if (!_named.TryGetValue(key, out var places))
            {
                _named[key] = places = [];
            }

            places.Add(place);
        }

        foreach (var (pointer, element) in Keywords.Subschemas(place.Element))
        {
            Scan(place.Below(pointer, element));
        }
    }
}
