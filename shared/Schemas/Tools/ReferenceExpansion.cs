using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Schemas;

/// <summary>Writes out what a document refers to, and merges what <c>allOf</c> lists.</summary>
/// <remarks>One expansion is for one document. Its size is bounded, as references to references multiply.</remarks>
/// <param name="sources">Where references lead to.</param>
internal sealed class ReferenceExpansion(SchemaSources sources)
{
    private const int MaxSchemas = 50_000;

    // Leaves room in SchemaFile.MaxDepth: a schema below 'properties' is two levels of JSON.
    private const int MaxDepth = SchemaFile.MaxDepth / 2 - 4;

    // Keywords of a document that are about that document, not about the field that it is used for.
    private static readonly string[] OfTheDocument = ["$id", "$schema", "examples"];
    private static readonly string[] Annotations = ["title", "description", "default", "$comment", "examples"];
    private static readonly Uri Base = new("schema://repository/");

    private readonly List<(string Name, string Pointer)> _open = [];
    private int _schemas;
    private int _depth;

    /// <summary>Expands a document.</summary>
    /// <exception cref="SchemaException">A reference leads nowhere, out of the repositories, or back to where it stands; or parts cannot be merged.</exception>
    public JsonObject Expand(SourceDocument document)
    {
        _open.Add((document.Name, ""));
        return Expand(document, document.Root, "") as JsonObject ?? throw new SchemaException(document.Name, "", $"a schema is an object here, but this is {JsonExcerpt.Of(document.Root)}.");
    }

    private JsonNode? Expand(SourceDocument document, JsonElement schema, string pointer)
    {
        if (++_schemas > MaxSchemas)
        {
            throw new SchemaException(_open[0].Name, "", $"has more than {MaxSchemas} schemas once references are written out.");
        }

        if (_depth >= MaxDepth)
        {
            throw new SchemaException(document.Name, pointer, $"is nested deeper than {MaxDepth} schemas once references are written out.");
        }

        _depth++;
        var copy = schema.ValueKind == JsonValueKind.Object ? ExpandObject(document, schema, pointer) : SchemaCopy.Plain(schema);
        _depth--;
        return copy;
    }

    private JsonNode? ExpandObject(SourceDocument document, JsonElement schema, string pointer)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Follow(document, schema, pointer, reference);
        }

        var copy = SchemaCopy.Of(schema, (below, element) =>
            below.StartsWith("/definitions/", StringComparison.Ordinal) ? null : Expand(document, element, pointer + below))!.AsObject();
        copy.Remove("definitions");
        foreach (var keyword in OfTheDocument)
        {
            copy.Remove(keyword);
        }

        return AllOfMerge.Apply(copy, document.Name, pointer);
    }

    private JsonNode? Follow(SourceDocument document, JsonElement schema, string pointer, JsonElement reference)
    {
        var beside = schema.EnumerateObject().Select(keyword => keyword.Name).FirstOrDefault(name => name != "$ref" && !Annotations.Contains(name));
        if (beside is not null)
        {
            throw new SchemaException(document.Name, pointer, $"'{beside}' stands beside '$ref', where draft-07 ignores it: put the reference into 'allOf'.");
        }

        var (target, place, element) = Resolve(document, pointer, reference);
        if (_open.Contains((target.Name, place)))
        {
            var chain = _open.Append((Name: target.Name, Pointer: place)).Select(step => $"{step.Name}#{step.Pointer}");
            throw new SchemaException(document.Name, pointer + "/$ref", $"the reference leads back to where it stands: {string.Join(" → ", chain)}. A schema that contains itself cannot be written out.");
        }

        _open.Add((target.Name, place));
        var copy = Expand(target, element, place);
        _open.RemoveAt(_open.Count - 1);
        if (copy is JsonObject found)
        {
            if (place.Length == 0)
            {
                found.Remove("title");
            }

            foreach (var annotation in schema.EnumerateObject().Where(keyword => keyword.Name is not ("$ref" or "examples")))
            {
                found[annotation.Name] = SchemaCopy.Plain(annotation.Value);
            }
        }

        return copy;
    }

    private (SourceDocument Document, string Pointer, JsonElement Element) Resolve(SourceDocument document, string pointer, JsonElement reference)
    {
        var at = pointer + "/$ref";
        if (reference.ValueKind != JsonValueKind.String || !Uri.TryCreate(new Uri(Base, document.Name), reference.GetString(), out var uri))
        {
            throw new SchemaException(document.Name, at, $"'$ref' must be a URI reference, but is {JsonExcerpt.Of(reference)}.");
        }

        var text = reference.GetString()!;
        if (uri.Scheme != Base.Scheme || uri.Host != Base.Host || uri.Query.Length > 0)
        {
            throw new SchemaException(document.Name, at, $"'$ref' names '{text}', which is not in a schema repository: allowed are '/title/version' and '#/…'. Nothing is fetched.");
        }

        var target = text.StartsWith('#') ? document : sources.Find(uri.AbsolutePath);
        var fragment = Uri.UnescapeDataString(uri.Fragment.TrimStart('#'));
        return target is not null && Step(target.Root, fragment) is { } element && Keywords.IsSchema(element)
            ? (target, fragment, element)
            : throw new SchemaException(document.Name, at, $"'$ref' names '{text}', but {(target is null ? "no repository has that schema: release it first, or name its repository with --repository" : $"'{target.Name}' has no schema at '#{fragment}'")}.");
    }

    private static JsonElement? Step(JsonElement element, string pointer)
    {
        if (pointer.Length > 0 && pointer[0] != '/')
        {
            return null;
        }

        foreach (var token in pointer.Split('/').Skip(1))
        {
            if (!JsonPath.TryStep(element, token, out element))
            {
                return null;
            }
        }

        return element;
    }
}
