using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Derives a table from a schema, and finds everything that stands against it. For one schema.</summary>
/// <param name="repository">Where the schema is.</param>
/// <param name="withJson">Whether what has no type below the root is any JSON value, and no reason to refuse.</param>
internal sealed class SqlTableReader(SchemaRepository repository, bool withJson)
{
    /// <summary>How many types a table may have, nested ones included: references can multiply a small schema without end.</summary>
    public const int MaxTypes = 10_000;

    /// <summary>How deep a table's types may be nested.</summary>
    public const int MaxDepth = 64;

    // Keywords that put several schemas into one: they may only narrow what the schema around them declares.
    private static readonly string[] Combining = ["allOf", "anyOf", "oneOf", "then", "else", "dependencies"];
    private static readonly string[] Declaring = ["type", "properties", "patternProperties", "additionalProperties", "items", "$ref", .. Combining];

    private readonly SqlReferences _references = new(repository);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly List<SqlRefusal> _refusals = [];
    private int _types;
    private int _depth;

    /// <summary>Derives the table.</summary>
    /// <param name="schemaUri">A schema that the repository has.</param>
    /// <exception cref="SqlRefusedException">There is no table; all the reasons are given.</exception>
    public SqlTable Read(string schemaUri)
    {
        var uri = new Uri(SchemaRepository.Root, schemaUri);
        var root = _references.Document(uri) ?? throw new SchemaException(schemaUri, "", "is in none of the bases any more.");
        var table = ReadType(root, SqlPath.Root, out var comment);
        if (table is not null and not SqlType.Row)
        {
            Refuse(SqlPath.Root, $"The events are {table.Description}; a table needs an object with properties, for its columns.");
        }

        SqlRefusedException.ThrowIfAny(_refusals);
        return new SqlTable(schemaUri, comment, ((SqlType.Row)table!).Fields);
    }

    private SqlType? ReadType(SqlSchemaPlace place, SqlPath path, out string? comment)
    {
        comment = null;
        if (_types > MaxTypes)
        {
            return null;
        }

        if (++_types > MaxTypes)
        {
            return Refuse(path, $"This is the place where the table exceeds {MaxTypes} types; no more are allowed.");
        }

        if (_depth == MaxDepth)
        {
            return Refuse(path, $"The schema is nested deeper than {MaxDepth}.");
        }

        _depth++;
        var refusals = _refusals.Count;
        var type = Text(place.Schema, "$ref") is { } reference ? ReadReferenced(place, reference, path, out comment) : ReadShape(place, path, out comment);
        _depth--;
        if (type is null && withJson && path != SqlPath.Root)
        {
            _refusals.RemoveRange(refusals, _refusals.Count - refusals);
            return new SqlType.Json();
        }

        return type;
    }

    private SqlType? ReadReferenced(SqlSchemaPlace place, string reference, SqlPath path, out string? comment)
    {
        comment = null;
        if (_references.Follow(place, reference, out var target) is not { } found)
        {
            return Refuse(path, $"The $ref '{reference}' leads neither to a place in the document nor to a schema of the repository.");
        }

        if (!_open.Add(target))
        {
            return Refuse(path, $"The $ref '{reference}' leads back to a schema around it; a column cannot contain itself.");
        }

        var type = ReadType(found, path, out comment);
        _open.Remove(target);
        return type;
    }

    private SqlType? ReadShape(SqlSchemaPlace place, SqlPath path, out string? comment)
    {
        var schema = place.Schema;
        comment = OnOneLine(Text(schema, "description"));
        if (schema.ValueKind != JsonValueKind.Object)
        {
            return Refuse(path, $"The schema is {schema.GetRawText()}, which has no type.");
        }

        foreach (var keyword in Combining)
        {
            if (schema.TryGetProperty(keyword, out var combined) && Combined(keyword, combined).Any(Declares))
            {
                return Refuse(path, $"{keyword} declares types or properties; allowed are types and properties of the schema itself.");
            }
        }

        var types = Types(schema);
        return types switch
        {
            [] => Refuse(path, "The schema has no type."),
            ["boolean"] => new SqlType.Scalar(SqlScalar.Boolean),
            ["integer"] => new SqlType.Scalar(SqlScalar.WholeNumber),
            ["number"] => new SqlType.Scalar(SqlScalar.Number),
            ["string"] => new SqlType.Scalar(Text(schema, "format") == "date-time" ? SqlScalar.Timestamp : SqlScalar.Text),
            ["array"] => ReadArray(place, path),
            ["object"] => ReadObject(place, path),
            [var one] => Refuse(path, $"The type {one} has no column type."),
            _ => Refuse(path, $"The union type of {string.Join(", ", types)} has no column type; one type is allowed."),
        };
    }

    private SqlType.Array? ReadArray(SqlSchemaPlace place, SqlPath path)
    {
        if (!place.Schema.TryGetProperty("items"u8, out var items) || items.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            Refuse(path, "The array's items have no type.");
            return null;
        }

        if (items.ValueKind == JsonValueKind.Array)
        {
            Refuse(path, "The array's items have a schema each; one schema for all of them is allowed.");
            return null;
        }

        return ReadType(place.Below(items), path.Items(), out _) is { } item ? new SqlType.Array(item) : null;
    }

    private SqlType? ReadObject(SqlSchemaPlace place, SqlPath path)
    {
        if (place.Schema.TryGetProperty("additionalProperties"u8, out var values)
            && values.ValueKind == JsonValueKind.Object && (values.TryGetProperty("type"u8, out _) || values.TryGetProperty("$ref"u8, out _)))
        {
            return ReadType(place.Below(values), path.Values(), out _) is { } value ? new SqlType.Map(value) : null;
        }

        if (place.Schema.TryGetProperty("patternProperties"u8, out _))
        {
            return Refuse(path, "patternProperties have no column type; allowed are properties, or additionalProperties with a type.");
        }

        return place.Schema.TryGetProperty("properties"u8, out var properties) && properties.GetPropertyCount() > 0
            ? ReadRow(place, properties, path)
            : Refuse(path, "The object has neither properties nor additionalProperties with a type.");
    }

    private SqlType.Row? ReadRow(SqlSchemaPlace place, JsonElement properties, SqlPath path)
    {
        var fields = new List<SqlField>();
        var refusals = _refusals.Count;
        foreach (var property in properties.EnumerateObject())
        {
            var below = path.Field(property.Name);
            if (property.Name.Length == 0 || property.Name.Any(char.IsControl))
            {
                Refuse(below, "The property's name is empty or has control characters, which no column's name may.");
            }

            if (ReadType(place.Below(property.Value), below, out var comment) is { } type)
            {
                fields.Add(new SqlField(property.Name, type, comment));
            }
        }

        return _refusals.Count == refusals ? new SqlType.Row(fields) : null;
    }

    private SqlType? Refuse(SqlPath path, string reason)
    {
        _refusals.Add(new SqlRefusal(path.ToString(), reason));
        return null;
    }

    private static IEnumerable<JsonElement> Combined(string keyword, JsonElement combined) =>
        combined.ValueKind == JsonValueKind.Array ? combined.EnumerateArray()
        : keyword == "dependencies" ? combined.EnumerateObject().Select(property => property.Value)
        : [combined];

    private static bool Declares(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.EnumerateObject().Any(keyword => Declaring.Contains(keyword.Name));

    private static string[] Types(JsonElement schema) => !schema.TryGetProperty("type"u8, out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!)]
        : [type.GetString()!];

    private static string? Text(JsonElement schema, string keyword) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(keyword, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    // Descriptions are wrapped for their files' readers; a comment has one line, and no control characters.
    private static string? OnOneLine(string? text) =>
        text is null ? null : string.Join(' ', string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } line ? line : null;
}
