using System.Text.Json.Nodes;
using Millrace.Schemas;

namespace Millrace.Connectors;

/// <summary>The columns of a table as a Delta log has them, the partition columns behind them.</summary>
internal static class DeltaSchema
{
    public static string Write(IReadOnlyList<SqlField> columns)
    {
        var fields = StructOf(columns);
        foreach (var name in LakeHour.Columns)
        {
            ((JsonArray)fields["fields"]!).Add(FieldOf(name, JsonValue.Create("integer"), null));
        }

        return fields.ToJsonString();
    }

    public static IReadOnlyList<SqlField> Read(string schema) =>
        [.. ((SqlType.Row)Read(JsonNode.Parse(schema)!)).Fields.Where(field => !LakeHour.Columns.Contains(field.Name))];

    private static JsonObject StructOf(IReadOnlyList<SqlField> fields) => new()
    {
        ["type"] = "struct",
        ["fields"] = new JsonArray([.. fields.Select(field => FieldOf(field.Name, TypeOf(field.Type), field.Comment))]),
    };

    private static JsonObject FieldOf(string name, JsonNode type, string? comment) => new()
    {
        ["name"] = name,
        ["type"] = type,
        ["nullable"] = true,
        ["metadata"] = comment is null ? [] : new JsonObject { ["comment"] = comment },
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
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static SqlType Read(JsonNode type) => type is JsonValue name
        ? new SqlType.Scalar((string)name! switch
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
            "map" => new SqlType.Map(Read(type["valueType"]!)),
            "array" => new SqlType.Array(Read(type["elementType"]!)),
            _ => new SqlType.Row([.. ((JsonArray)type["fields"]!).Select(field => new SqlField((string)field!["name"]!, Read(field["type"]!), (string?)field["metadata"]?["comment"]))]),
        };
}
