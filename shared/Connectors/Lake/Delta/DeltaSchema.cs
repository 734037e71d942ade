using System.Text.Json.Nodes;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>The columns of a table as a Delta log has them, the columns of positions and partitions behind them.</summary>
internal static class DeltaSchema
{
    private const string JsonText = "millrace.json";
    private const string JsonComment = "JSON text";

    public static string Write(IReadOnlyList<SqlField> columns)
    {
        var fields = StructOf([.. columns, .. LakePosition.Columns]);
        foreach (var name in LakeHour.Columns)
        {
            ((JsonArray)fields["fields"]!).Add(FieldOf(name, JsonValue.Create("integer"), []));
        }

        return fields.ToJsonString();
    }

    /// <summary>The columns of events, and whether there are those of positions, which tables of an earlier release lack.</summary>
    public static (IReadOnlyList<SqlField> Columns, bool HasPositions) Read(string schema)
    {
        var all = ((SqlType.Row)Read(JsonNode.Parse(schema)!, isJson: false)).Fields;
        return ([.. all.Where(field => !LakeHour.Columns.Contains(field.Name) && !LakePosition.IsOne(field.Name))], all.Count(field => LakePosition.IsOne(field.Name)) == LakePosition.Columns.Count);
    }

    private static JsonObject StructOf(IReadOnlyList<SqlField> fields) => new()
    {
        ["type"] = "struct",
        ["fields"] = new JsonArray([.. fields.Select(field => FieldOf(field.Name, TypeOf(field.Type), MetadataOf(field)))]),
    };

    // Delta has no type for any JSON: it is text, and the field around says so. There is one such type at most but for those in rows, which have fields of their own.
    private static JsonObject MetadataOf(SqlField field)
    {
        var metadata = new JsonObject();
        if (IsJson(field.Type))
        {
            metadata["comment"] = field.Comment is null ? JsonComment : $"{field.Comment} ({JsonComment})";
            metadata[JsonText] = true;
        }
        else if (field.Comment is not null)
        {
            metadata["comment"] = field.Comment;
        }

        return metadata;
    }

    private static bool IsJson(SqlType type) => type switch
    {
        SqlType.Json => true,
        SqlType.Map map => IsJson(map.Value),
        SqlType.Array array => IsJson(array.Item),
        _ => false,
    };

    private static JsonObject FieldOf(string name, JsonNode type, JsonObject metadata) => new()
    {
        ["name"] = name,
        ["type"] = type,
        ["nullable"] = true,
        ["metadata"] = metadata,
    };

    private static JsonNode TypeOf(SqlType type) => type switch
    {
        SqlType.Row row => StructOf(row.Fields),
        SqlType.Map map => new JsonObject { ["type"] = "map", ["keyType"] = "string", ["valueType"] = TypeOf(map.Value), ["valueContainsNull"] = true },
        SqlType.Array array => new JsonObject { ["type"] = "array", ["elementType"] = TypeOf(array.Item), ["containsNull"] = true },
        SqlType.Scalar scalar => scalar.Kind switch
        {
            SqlScalar.Boolean => "boolean",
            SqlScalar.WholeNumber => "long",
            SqlScalar.Number => "double",
            SqlScalar.Timestamp => "timestamp",
            _ => "string",
        },
        SqlType.Json => "string",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static SqlField ReadField(JsonNode field)
    {
        var metadata = field["metadata"];
        var isJson = (bool?)metadata?[JsonText] ?? false;
        var comment = (string?)metadata?["comment"];
        return new SqlField((string)field["name"]!, Read(field["type"]!, isJson), isJson ? OwnComment(comment) : comment);
    }

    private static string? OwnComment(string? comment) => comment is null || comment == JsonComment ? null : comment.Replace($" ({JsonComment})", "", StringComparison.Ordinal);

    private static SqlType Read(JsonNode type, bool isJson) => type is JsonValue name
        ? isJson ? new SqlType.Json() : new SqlType.Scalar((string)name! switch
        {
            "boolean" => SqlScalar.Boolean,
            "long" or "integer" => SqlScalar.WholeNumber,
            "double" => SqlScalar.Number,
            "timestamp" => SqlScalar.Timestamp,
            "string" => SqlScalar.Text,
            _ => throw new InvalidDataException($"A column's type is '{name}', which this lake never writes."),
        })
        : (string)type["type"]! switch
        {
            "map" => new SqlType.Map(Read(type["valueType"]!, isJson)),
            "array" => new SqlType.Array(Read(type["elementType"]!, isJson)),
            _ => new SqlType.Row([.. ((JsonArray)type["fields"]!).Select(field => ReadField(field!))]),
        };
}
