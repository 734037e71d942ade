using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Compiles a draft-07 document, and what it refers to, into a <see cref="JsonSchema"/>.</summary>
/// <remarks>
/// One compiler compiles one schema. Documents come from the document itself, the draft-07 meta-schema, and the source that
/// is given; nothing is ever fetched here. Whatever is wrong with the schema is found now, never when an event is validated.
/// </remarks>
internal sealed class SchemaCompiler
{
    private readonly Func<Uri, JsonElement?> _source;
    private readonly Dictionary<string, SchemaDocument> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<(SchemaDocument, string), SchemaNode> _nodes = [];
    private readonly Queue<SchemaNode> _unfilled = [];

    private SchemaCompiler(Func<Uri, JsonElement?> source) => _source = source;

    /// <summary>Compiles a document.</summary>
    /// <param name="uri">Where the document was found: an absolute URI, which relative references are relative to.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="root">The document; it is not needed any more once compiled.</param>
    /// <param name="source">Finds the documents that references name, by absolute URI without a fragment; null where there is none.</param>
    /// <exception cref="SchemaException">The document is no draft-07 schema, or cannot be used.</exception>
    public static JsonSchema Compile(Uri uri, string name, JsonElement root, Func<Uri, JsonElement?> source)
    {
        try
        {
            return new SchemaCompiler(source).Compile(uri, name, root);
        }
        catch (InsufficientExecutionStackException tooDeep)
        {
            throw new SchemaException(name, "", "is nested too deeply.", tooDeep);
        }
    }

    private JsonSchema Compile(Uri uri, string name, JsonElement root)
    {
        var document = Add(uri, name, root);
        var node = NodeAt(document.Root);
        while (_unfilled.TryDequeue(out var unfilled))
        {
            Fill(unfilled);
        }

        ReferenceLoops.Refuse(_nodes.Values);
        var title = root.ValueKind == JsonValueKind.Object ? new KeywordReader(document.Root).Text("title") : null;
        return new JsonSchema(node, title);
    }

    private SchemaDocument Add(Uri uri, string name, JsonElement root)
    {
        var document = new SchemaDocument(uri, name, root);
        _documents[SchemaDocument.KeyOf(uri)] = document;
        _documents.TryAdd(SchemaDocument.KeyOf(document.Root.Base), document);
        if (!Keywords.IsSchema(root))
        {
            throw document.Root.Wrong($"a schema is an object, true or false, but this is {JsonExcerpt.Of(root)}.");
        }

        return document;
    }

    private SchemaNode NodeAt(SchemaPlace place)
    {
        var key = (place.Document, place.Pointer);
        if (!_nodes.TryGetValue(key, out var node))
        {
            _nodes[key] = node = new SchemaNode(place);
            _unfilled.Enqueue(node);
        }

        return node;
    }

    private SchemaNode? NodeAtOptional(SchemaPlace? place) => place is null ? null : NodeAt(place);

    private void Fill(SchemaNode node)
    {
        var place = node.Location;
        if (place.Element.ValueKind != JsonValueKind.Object)
        {
            node.IsNever = place.Element.ValueKind == JsonValueKind.False;
            return;
        }

        var reader = new KeywordReader(place);
        if (reader.Text("$ref") is { } reference)
        {
            node.Reference = NodeAt(Resolve(place, reference));
            return;
        }

        Dialect.Check(reader, place);
        if (place.Id is { } id && !Uri.TryCreate(place.Base, id, out _))
        {
            throw place.Wrong($"'$id' must be a URI reference, but is '{id}'.");
        }

        foreach (var (_, _, definition) in reader.Map("definitions"))
        {
            NodeAt(definition);
        }

        var rules = new RuleReader(place, reader, NodeAt, NodeAtOptional);
        node.Default = reader.Find("default")?.GetRawText();
        node.Types = rules.Types();
        node.Values = rules.Values();
        node.Numbers = rules.Numbers();
        node.Strings = rules.Strings();
        node.Arrays = rules.Arrays();
        node.Objects = rules.Objects();
        node.Combination = rules.Combination();
    }

    private SchemaPlace Resolve(SchemaPlace from, string reference)
    {
        if (!Uri.TryCreate(from.Base, reference, out var uri))
        {
            throw from.Wrong($"'$ref' must be a URI reference, but is '{reference}'.");
        }

        var fragmentAt = reference.IndexOf('#', StringComparison.Ordinal);
        var fragment = fragmentAt < 0 ? "" : Uri.UnescapeDataString(reference[(fragmentAt + 1)..]);
        var resource = fragmentAt == 0 ? from.Document.Find(from.Resource) : FindResource(from, SchemaDocument.KeyOf(uri));
        var target = resource is null || fragment.Length == 0 ? resource
            : fragment[0] == '/' ? resource.Document.Find(resource.Pointer + fragment)
            : resource.Document.FindId($"{SchemaDocument.KeyOf(resource.Base)}#{fragment}", from);
        if (target is null)
        {
            throw from.Wrong($"'$ref' names '{reference}', which is neither in this document nor in the configured bases.");
        }

        return Keywords.IsSchema(target.Element)
            ? target
            : throw from.Wrong($"'$ref' names '{reference}', which is no schema but {JsonExcerpt.Of(target.Element)}.");
    }

    private SchemaPlace? FindResource(SchemaPlace from, string key)
    {
        if (_documents.TryGetValue(key, out var document))
        {
            return document.Root;
        }

        if (from.Document.FindId(key, from) is { } place)
        {
            return place;
        }

        var root = key == Dialect.Uri ? Dialect.MetaSchema : _source(new Uri(key));
        return root is null ? null : Add(new Uri(key), key, root.Value).Root;
    }
}
