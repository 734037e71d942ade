using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Core;

namespace Millrace.OpenApi;

/// <summary>Translates a schema of an OpenAPI document to draft-07, with all that it refers to.</summary>
/// <remarks>
/// OpenAPI 3.0 has words of its own (<c>nullable</c>, exclusive bounds that are truth values), and what stands beside <c>$ref</c>
/// does not count; 3.1 has those of draft 2020-12. What only describes is left out; a word that demands something, and has no
/// counterpart, is refused: a schema that asks less than was written would let wrong answers pass.
/// </remarks>
internal sealed class DraftSchema
{
    private static readonly string[] Same =
    [
        "type", "format", "enum", "const", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern",
        "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "required",
    ];

    private static readonly string[] Descriptions =
    [
        "title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "discriminator", "xml", "externalDocs", "nullable",
        "$comment", "$defs", "contentMediaType", "contentEncoding", "contentSchema",
    ];

    // Words that are translated together with others.
    private static readonly string[] Grouped = ["$ref", "items", "prefixItems", "dependentRequired", "dependentSchemas"];

    private static readonly string[] Schemas = ["not", "additionalProperties", "if", "then", "else", "contains", "propertyNames"];
    private static readonly string[] Lists = ["allOf", "anyOf", "oneOf"];
    private static readonly string[] Maps = ["properties", "patternProperties"];

    private readonly ApiDocument _document;
    private readonly bool _isRequest;
    private readonly Dictionary<string, string> _names = [];
    private readonly Queue<(string Place, JsonElement Schema)> _open = [];

    private DraftSchema(ApiDocument document, bool isRequest) => (_document, _isRequest) = (document, isRequest);

    /// <summary>Translates a schema.</summary>
    /// <param name="document">The document.</param>
    /// <param name="place">Where the schema stands in it.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="isRequest">Whether it is of what is sent, where fields that are only read need not be; otherwise of what is answered.</param>
    /// <exception cref="ApiDocumentException">A word has no counterpart, or a reference leads nowhere.</exception>
    public static JsonElement Of(ApiDocument document, string place, JsonElement schema, bool isRequest)
    {
        var translation = new DraftSchema(document, isRequest);
        var root = new JsonObject { ["allOf"] = new JsonArray(translation.Translate(place, schema)) };
        var definitions = new JsonObject();
        while (translation._open.TryDequeue(out var open))
        {
            definitions[translation._names[open.Place]] = translation.Translate(open.Place, open.Schema);
        }

        root["definitions"] = definitions;
        return JsonSerializer.SerializeToElement(root);
    }

    private JsonNode Translate(string place, JsonElement schema)
    {
        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return JsonValue.Create(schema.GetBoolean());
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(place, "It is no schema; allowed is an object.");
        }

        if (schema.Child("$ref"u8).Text() is not { } reference)
        {
            return Words(place, schema);
        }

        var named = new JsonObject { ["$ref"] = $"#/definitions/{NameOf(place, reference)}" };
        return _document.IsVersion30 ? named : new JsonObject { ["allOf"] = new JsonArray(named, Words(place, schema)) };
    }

    private string NameOf(string place, string reference)
    {
        var target = _document.Find(place, reference);
        var pointer = Uri.UnescapeDataString(reference[1..]);
        if (!_names.TryGetValue(pointer, out var name))
        {
            _names[pointer] = name = $"d{_names.Count}";
            _open.Enqueue((pointer, target));
        }

        return name;
    }

    private JsonObject Words(string place, JsonElement schema)
    {
        var draft = new JsonObject();
        foreach (var word in schema.EnumerateObject())
        {
            var at = $"{place}/{FieldPointer.Escape(word.Name)}";
            if (Same.Contains(word.Name))
            {
                draft[word.Name] = JsonNode.Parse(word.Value.GetRawText());
            }
            else if (Schemas.Contains(word.Name))
            {
                draft[word.Name] = Translate(at, word.Value);
            }
            else if (Lists.Contains(word.Name))
            {
                draft[word.Name] = List(at, word.Value);
            }
            else if (Maps.Contains(word.Name))
            {
                draft[word.Name] = Map(at, word.Value);
            }
            else if (!Grouped.Contains(word.Name) && !Descriptions.Contains(word.Name) && !word.Name.StartsWith("x-", StringComparison.Ordinal))
            {
                throw Wrong(at, $"'{word.Name}' is no word of a schema that can be checked here; say it in other words, or leave it out.");
            }
        }

        Items(draft, place, schema);
        Dependencies(draft, place, schema);
        if (_document.IsVersion30)
        {
            Bounds(draft, "minimum", "exclusiveMinimum");
            Bounds(draft, "maximum", "exclusiveMaximum");
            Nullable(draft, schema);
        }

        Required(draft, schema);
        return draft;
    }

    private void Items(JsonObject draft, string place, JsonElement schema)
    {
        var (items, first) = (schema.Child("items"u8), schema.Child("prefixItems"u8));
        if (first.ValueKind == JsonValueKind.Array)
        {
            draft["items"] = List($"{place}/prefixItems", first);
        }

        if (items.ValueKind != JsonValueKind.Undefined)
        {
            draft[first.ValueKind == JsonValueKind.Array ? "additionalItems" : "items"] = Translate($"{place}/items", items);
        }
    }

    private void Dependencies(JsonObject draft, string place, JsonElement schema)
    {
        var (required, schemas) = (schema.Child("dependentRequired"u8), schema.Child("dependentSchemas"u8));
        if (required.ValueKind != JsonValueKind.Undefined && schemas.ValueKind != JsonValueKind.Undefined)
        {
            throw Wrong($"{place}/dependentSchemas", "It stands beside dependentRequired; say one of them within allOf.");
        }

        if (required.ValueKind != JsonValueKind.Undefined)
        {
            draft["dependencies"] = JsonNode.Parse(required.GetRawText());
        }
        else if (schemas.ValueKind != JsonValueKind.Undefined)
        {
            draft["dependencies"] = Map($"{place}/dependentSchemas", schemas);
        }
    }

    // In 3.0, an exclusive bound says of the bound beside it that it is one.
    private static void Bounds(JsonObject draft, string bound, string exclusive)
    {
        if (draft[exclusive] is JsonValue flag && flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
        {
            var isExclusive = draft[exclusive]!.GetValue<bool>();
            draft.Remove(exclusive);
            if (isExclusive && draft[bound] is { } limit)
            {
                draft.Remove(bound);
                draft[exclusive] = limit;
            }
        }
    }

    // It adds to a type, and to nothing else.
    private static void Nullable(JsonObject draft, JsonElement schema)
    {
        if (schema.Child("nullable"u8).Flag() == true && draft["type"] is JsonValue type)
        {
            draft["type"] = new JsonArray(type.DeepClone(), "null");
        }
    }

    // Fields that are only written are never answered, and those that are only read never sent.
    private void Required(JsonObject draft, JsonElement schema)
    {
        if (draft["required"] is JsonArray required)
        {
            var absent = _isRequest ? "readOnly" : "writeOnly";
            var properties = schema.Child("properties"u8);
            draft["required"] = new JsonArray([.. required.Where(name => properties.Child((string)name!).Child(absent).Flag() != true).Select(name => name!.DeepClone())]);
        }
    }

    private JsonArray List(string place, JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select((item, index) => Translate($"{place}/{index}", item))]
        : throw Wrong(place, "It is no list of schemas.");

    private JsonObject Map(string place, JsonElement map) => map.ValueKind == JsonValueKind.Object
        ? new JsonObject(map.EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, (JsonNode?)Translate($"{place}/{FieldPointer.Escape(entry.Name)}", entry.Value))))
        : throw Wrong(place, "It is no object of schemas.");

    private ApiDocumentException Wrong(string place, string sentence) => new(_document.Name, place, sentence);
}
