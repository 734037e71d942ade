using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Schemas;

namespace Millrace.Local;

/// <summary>Says what a generator says of a type in the platform's words: one type per field, closed objects, bounds everywhere.</summary>
/// <param name="type">What errors call the type.</param>
/// <param name="document">The generator's schema.</param>
internal sealed class FieldWriter(string type, JsonElement document)
{
    private const int MaxDepth = 20;
    private const long IntegerRange = (1L << 53) - 1;

    private static readonly string[] Kept =
        ["description", "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "default"];

    // How long a text of that format can be; a format that is not here says nothing about JSON, and is left out.
    private static readonly Dictionary<string, (string Name, int MaxLength)> Formats = new(StringComparer.Ordinal)
    {
        ["date-time"] = ("date-time", 128),
        ["date"] = ("date", 10),
        ["time"] = ("time", 32),
        ["guid"] = ("uuid", 36),
        ["uuid"] = ("uuid", 36),
        ["uri"] = ("uri", 8192),
        ["email"] = ("email", 320),
    };

    private readonly Stack<string> _open = new();

    /// <summary>The type as an object's schema.</summary>
    /// <exception cref="SchemaException">The type is no object, or has a member that no field can be made of.</exception>
    public JsonObject Root() => Write(document, "", out _) is { } root && root["properties"] is JsonObject
        ? root
        : throw Refuse("", "is no type with members: an event is an object with fields");

    private JsonObject Write(JsonElement schema, string path, out bool isNullable)
    {
        if (path.Count(character => character == '/') > MaxDepth)
        {
            throw Refuse(path, $"is nested deeper than {MaxDepth} types");
        }

        if (Text(schema, "$ref") is { } reference)
        {
            return Follow(schema, reference, path, out isNullable);
        }

        foreach (var keyword in (string[])["oneOf", "anyOf", "allOf"])
        {
            if (schema.TryGetProperty(keyword, out var branches))
            {
                return Choose(schema, branches, path, out isNullable);
            }
        }

        var kind = Kind(schema, path, out isNullable);
        var field = new JsonObject();
        foreach (var keyword in Kept)
        {
            if (schema.TryGetProperty(keyword, out var value) && value.ValueKind != JsonValueKind.Null && !IsEmptyText(value))
            {
                field[keyword] = JsonNode.Parse(value.GetRawText());
            }
        }

        field.Insert(field.ContainsKey("description") ? 1 : 0, "type", kind);
        switch (kind)
        {
            case "object":
                Object(field, schema, path);
                break;
            case "array":
                field["items"] = NotNull(Below(schema, "items", path, "does not say what its items are"), path + "/items");
                break;
            case "string":
                Texts(field, schema);
                break;
            case "integer":
                Bound(field, Text(schema, "format") == "int32" ? (int.MinValue, int.MaxValue) : (-IntegerRange, IntegerRange));
                break;
        }

        return field;
    }

    private JsonObject Follow(JsonElement schema, string reference, string path, out bool isNullable)
    {
        if (_open.Contains(reference))
        {
            throw Refuse(path, "contains its own type: an event is not recursive, as no table is. Leave the member out with [JsonIgnore], or give it an identifier");
        }

        var target = document;
        foreach (var token in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            target = target.GetProperty(Uri.UnescapeDataString(token).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        }

        _open.Push(reference);
        var field = Write(target, path, out isNullable);
        _open.Pop();
        return Described(field, schema);
    }

    // The generator writes a nullable as a choice of null and something, and a described reference as a choice of one.
    private JsonObject Choose(JsonElement schema, JsonElement branches, string path, out bool isNullable)
    {
        var something = branches.EnumerateArray().Where(branch => Text(branch, "type") != "null").ToList();
        if (something.Count != 1)
        {
            throw Refuse(path, $"may be one of {something.Count} types: a field has one. Give each a member of its own");
        }

        var field = Write(something[0], path, out var isInner);
        isNullable = isInner || branches.GetArrayLength() > 1;
        return Described(field, schema);
    }

    private string Kind(JsonElement schema, string path, out bool isNullable)
    {
        var kinds = schema.TryGetProperty("type", out var found)
            ? found.ValueKind == JsonValueKind.Array ? [.. found.EnumerateArray().Select(kind => kind.GetString()!)] : new[] { found.GetString()! }
            : [];
        isNullable = kinds.Contains("null");
        kinds = [.. kinds.Where(kind => kind != "null")];
        return kinds is [var only] ? only : throw Refuse(path, kinds.Length == 0 ? "may be anything: a field has a type" : $"may be {string.Join(" or ", kinds)}: a field has one type");
    }

    private void Object(JsonObject field, JsonElement schema, string path)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var member in schema.TryGetProperty("properties", out var members) ? members.EnumerateObject() : default)
        {
            properties[member.Name] = Write(member.Value, $"{path}/{member.Name}", out var isNullable);
            if (!isNullable)
            {
                required.Add(member.Name);
            }
        }

        if (properties.Count > 0)
        {
            field["additionalProperties"] = false;
            field["required"] = required;
            field["properties"] = properties;
        }
        else
        {
            field["additionalProperties"] = NotNull(Below(schema, "additionalProperties", path, "has no members that JSON would have"), path);
        }
    }

    private (JsonObject Field, bool IsNullable) Below(JsonElement schema, string keyword, string path, string problem)
    {
        if (!schema.TryGetProperty(keyword, out var below) || below.ValueKind != JsonValueKind.Object)
        {
            throw Refuse(path, problem);
        }

        var field = Write(below, $"{path}/{keyword}", out var isNullable);
        return (field, isNullable);
    }

    private JsonObject NotNull((JsonObject Field, bool IsNullable) below, string path) =>
        below.IsNullable ? throw Refuse(path, "may be null: a value that is absent is left out. Make the element type not nullable") : below.Field;

    private static void Texts(JsonObject field, JsonElement schema)
    {
        if (Text(schema, "format") is { } format && Formats.TryGetValue(format, out var known))
        {
            field["format"] = known.Name;
            field["maxLength"] = field["maxLength"]?.DeepClone() ?? known.MaxLength;
        }

        if (schema.TryGetProperty("enum", out var values))
        {
            field["enum"] = new JsonArray([.. values.EnumerateArray().Where(value => value.ValueKind != JsonValueKind.Null).Select(value => JsonNode.Parse(value.GetRawText()))]);
        }
    }

    private static void Bound(JsonObject field, (long Least, long Most) range)
    {
        Set("minimum", "exclusiveMinimum", range.Least);
        Set("maximum", "exclusiveMaximum", range.Most);

        void Set(string keyword, string exclusive, long end)
        {
            var isWithin = (field[keyword] ?? field[exclusive]) is { } bound && Math.Abs(double.Parse(bound.ToJsonString(), CultureInfo.InvariantCulture)) <= IntegerRange;
            if (!isWithin)
            {
                field.Remove(exclusive);
                field[keyword] = end;
            }
        }
    }

    // What is said of the member is nearer than what is said of its type.
    private static JsonObject Described(JsonObject field, JsonElement schema)
    {
        if (Text(schema, "description") is { } description)
        {
            field.Remove("description");
            field.Insert(0, "description", description);
        }

        return field;
    }

    // The generator describes an enum that has no description with an empty one.
    private static bool IsEmptyText(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals("");

    private static string? Text(JsonElement schema, string keyword) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private SchemaException Refuse(string path, string problem) => new(type, path, $"{problem}.");
}
