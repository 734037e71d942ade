using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Follows the references of schemas: to a place in the same document, or to a schema of the repository.</summary>
/// <remarks>Materialised schemas have none. A reference to an <c>$id</c> elsewhere in a document is not followed.</remarks>
internal sealed class SqlReferences(SchemaRepository repository)
{
    private readonly Dictionary<string, JsonElement?> _documents = new(StringComparer.Ordinal);

    /// <summary>The root of a document; null where the repository has none by that URI.</summary>
    public SqlSchemaPlace? Document(Uri uri)
    {
        var key = uri.AbsolutePath;
        if (!_documents.TryGetValue(key, out var document))
        {
            _documents[key] = document = repository.Read(uri);
        }

        return document is { } root ? new SqlSchemaPlace(root, uri, root) : null;
    }

    /// <summary>The place that a reference names; null where it names none.</summary>
    /// <param name="place">Where the reference stands.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="target">What it names as an absolute URI: the same for all references to the same place.</param>
    public SqlSchemaPlace? Follow(SqlSchemaPlace place, string reference, out string target)
    {
        target = reference;
        if (!Uri.TryCreate(place.Base, reference, out var uri))
        {
            return null;
        }

        target = uri.AbsoluteUri;
        var named = reference.StartsWith('#')
            ? place with { Schema = place.Resource }
            : Document(new Uri(uri.GetLeftPart(UriPartial.Query)));
        return named is { } resource ? Walk(resource, Uri.UnescapeDataString(uri.Fragment.TrimStart('#'))) : null;
    }

    private static SqlSchemaPlace? Walk(SqlSchemaPlace place, string pointer)
    {
        if (pointer.Length > 0 && pointer[0] != '/')
        {
            return null;
        }

        foreach (var token in pointer.Split('/').Skip(1))
        {
            if (!JsonPath.TryStep(place.Schema, token, out var next))
            {
                return null;
            }

            place = place.Below(next);
        }

        return place;
    }
}
