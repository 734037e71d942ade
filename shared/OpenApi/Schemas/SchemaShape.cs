using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.OpenApi;

/// <summary>What a draft-07 schema says about the form of values: which types, which fields. Bounds, patterns and the like are for validation.</summary>
internal sealed class SchemaShape
{
    private const int MaxDepth = 16;

    private readonly JsonElement _root;
    private readonly JsonElement _schema;
    private readonly Func<string, JsonElement?> _documents;
    private readonly int _depth;

    /// <summary>The shape of a document.</summary>
    /// <param name="root">The document.</param>
    /// <param name="documents">Other documents, by the URIs that references name; null is none.</param>
    public SchemaShape(JsonElement root, Func<string, JsonElement?>? documents = null)
        : this(root, root, documents ?? (_ => null), 0)
    {
    }

    private SchemaShape(JsonElement root, JsonElement schema, Func<string, JsonElement?> documents, int depth) =>
        (_root, _schema, _documents, _depth) = (root, schema, documents, depth);

    /// <summary>The types that it allows.</summary>
    public JsonTypes Types
    {
        get
        {
            if (_schema.ValueKind == JsonValueKind.False)
            {
                return JsonTypes.None;
            }

            if (_schema.ValueKind != JsonValueKind.Object || _depth > MaxDepth)
            {
                return JsonTypes.All;
            }

            if (Target is { } target)
            {
                return target.Types;
            }

            var types = Named(_schema.Child("type"u8)) & Of(_schema.Child("enum"u8)) & (_schema.Child("const"u8) is { ValueKind: not JsonValueKind.Undefined } only ? Of(only.ValueKind, only) : JsonTypes.All);
            types = List("allOf").Aggregate(types, (all, part) => all & part.Types);
            return ((IEnumerable<string>)["anyOf", "oneOf"]).Select(word => List(word).ToList()).Where(parts => parts.Count > 0)
                .Aggregate(types, (all, parts) => all & parts.Aggregate(JsonTypes.None, (some, part) => some | part.Types));
        }
    }

    /// <summary>The fields that it names, those of its parts among them.</summary>
    public IEnumerable<(string Name, SchemaShape Shape)> Properties => Parts
        .SelectMany(part => Fields(part._schema.Child("properties"u8)).Select(property => (property.Name, part.Below(property.Value))))
        .DistinctBy(property => property.Name);

    /// <summary>The fields that a value must have.</summary>
    public IReadOnlySet<string> Required => Parts.Select(part => part._schema.Child("required"u8)).Where(list => list.ValueKind == JsonValueKind.Array)
        .SelectMany(list => list.EnumerateArray()).Select(name => name.Text()!).ToHashSet();

    /// <summary>Whether it has a schema for fields that it does not name.</summary>
    public SchemaShape? Others => Parts.Where(part => part._schema.Child("additionalProperties"u8).ValueKind == JsonValueKind.Object)
        .Select(part => part.Below(part._schema.Child("additionalProperties"u8))).FirstOrDefault();

    /// <summary>Whether it refuses fields that it does not name.</summary>
    public bool IsClosed => Parts.Any(part => part._schema.Child("additionalProperties"u8).ValueKind == JsonValueKind.False);

    /// <summary>The schema of an array's items; null where nothing is said of them.</summary>
    public SchemaShape? Items => Parts.Where(part => part._schema.Child("items"u8).ValueKind == JsonValueKind.Object).Select(part => part.Below(part._schema.Child("items"u8))).FirstOrDefault();

    /// <summary>The schema as a document of its own.</summary>
    public JsonElement Standalone
    {
        get
        {
            var document = new JsonObject { ["allOf"] = new JsonArray(JsonNode.Parse(_schema.GetRawText())) };
            if (_root.Child("definitions"u8) is { ValueKind: JsonValueKind.Object } definitions)
            {
                document["definitions"] = JsonNode.Parse(definitions.GetRawText());
            }

            return JsonSerializer.SerializeToElement(document);
        }
    }

    private SchemaShape? Target => _schema.Child("$ref"u8).Text() is not { } reference ? null
        : reference.Split('#', 2) is [var uri, ..] && uri.Length > 0 ? _documents(uri) is { } other ? Pointed(other, reference) : new SchemaShape(_root, default, _documents, _depth + 1)
        : Pointed(_root, reference);

    // The schema itself, and those that hold for the very same value.
    private IEnumerable<SchemaShape> Parts => _depth > MaxDepth ? []
        : Target is { } target ? target.Parts
        : ((IEnumerable<string>)["allOf", "anyOf", "oneOf"]).SelectMany(List).SelectMany(part => part.Parts).Prepend(this);

    /// <summary>The shape at a place in values; null where nothing is said of such a place.</summary>
    public SchemaShape? At(FieldPointer pointer)
    {
        SchemaShape? shape = this;
        foreach (var name in pointer.Names)
        {
            shape = shape.Field(name) ?? (name.All(char.IsAsciiDigit) ? shape.Items : null);
            if (shape is null)
            {
                return null;
            }
        }

        return shape;
    }

    /// <summary>The shape of a field; null where nothing is said of it.</summary>
    public SchemaShape? Field(string name) => Properties.Where(field => field.Name == name).Select(field => field.Shape).FirstOrDefault() ?? Others;

    private SchemaShape Pointed(JsonElement root, string reference)
    {
        var fragment = reference.Split('#', 2) is [_, var found] ? Uri.UnescapeDataString(found) : "";
        return new SchemaShape(root, FieldPointer.Read(fragment)?.In(root) ?? default, _documents, _depth + 1);
    }

    private SchemaShape Below(JsonElement schema) => new(_root, schema, _documents, 0);

    private IEnumerable<SchemaShape> List(string word) => _schema.Child(word) is { ValueKind: JsonValueKind.Array } list
        ? list.EnumerateArray().Select(part => new SchemaShape(_root, part, _documents, _depth + 1))
        : [];

    private static JsonElement.ObjectEnumerator Fields(JsonElement element) => element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : default;

    private static JsonTypes Named(JsonElement type) => type.ValueKind switch
    {
        JsonValueKind.String => Named(type.GetString()!),
        JsonValueKind.Array => type.EnumerateArray().Aggregate(JsonTypes.None, (all, name) => all | Named(name.Text() ?? "")),
        _ => JsonTypes.All,
    };

    private static JsonTypes Named(string name) => Enum.TryParse<JsonTypes>(name, ignoreCase: true, out var type) ? type : JsonTypes.None;

    private static JsonTypes Of(JsonElement values) => values.ValueKind == JsonValueKind.Array
        ? values.EnumerateArray().Aggregate(JsonTypes.None, (all, value) => all | Of(value.ValueKind, value))
        : JsonTypes.All;

    /// <summary>The type of a value.</summary>
    public static JsonTypes Of(JsonValueKind kind, JsonElement value) => kind switch
    {
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.Number => value.Number() is null ? JsonTypes.Fraction : JsonTypes.Integer,
        JsonValueKind.String => JsonTypes.String,
        JsonValueKind.Array => JsonTypes.Array,
        _ => JsonTypes.Object,
    };
}
