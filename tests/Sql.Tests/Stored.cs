using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Millrace.Schemas;

namespace Millrace.Sql.Tests;

/// <summary>Compares events with what a table gives back, but for what no table of that schema can keep.</summary>
/// <remarks>
/// A field that the schema does not declare has no column; absent and null are one; a date-time is an instant; a value in a
/// map of strings is its text, as the types that such a map declares for some of its names do not count.
/// </remarks>
internal static class Stored
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    /// <param name="table">The table.</param>
    /// <param name="events">What went in.</param>
    /// <param name="stored">What came back, a JSON object for each row.</param>
    /// <param name="typedWithin">Whether columns have types within; else structures have to come back as they were.</param>
    public static void AssertEqual(SqlTable table, IReadOnlyList<JsonElement> events, IReadOnlyList<string> stored, bool typedWithin)
    {
        Assert.Equal(events.Count, stored.Count);
        Assert.All(events.Zip(stored), pair => Assert.Equal(Text(pair.First), Text(JsonElement.Parse(pair.Second))));

        string Text(JsonElement value)
        {
            var fields = new JsonObject();
            foreach (var column in table.Columns)
            {
                if (value.TryGetProperty(column.Name, out var field) && field.ValueKind != JsonValueKind.Null)
                {
                    fields.Add(column.Name, Form(typedWithin || column.Type is SqlType.Scalar ? column.Type : null, field));
                }
            }

            return fields.ToJsonString(Readable);
        }
    }

    // A value without a type keeps everything.
    private static JsonNode? Form(SqlType? type, JsonElement value) => (type, value.ValueKind) switch
    {
        (_, JsonValueKind.Object) => Fields(type, value),
        (_, JsonValueKind.Array) => new JsonArray([.. value.EnumerateArray().Select(item => Form((type as SqlType.Array)?.Item, item))]),
        (SqlType.Scalar(SqlScalar.Timestamp), JsonValueKind.String) => JsonValue.Create(DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture).UtcDateTime),
        (SqlType.Scalar(SqlScalar.Text), JsonValueKind.Number) => JsonValue.Create(value.GetRawText()),
        (_, JsonValueKind.Number) => value.TryGetInt64(out var whole) ? JsonValue.Create(whole) : JsonValue.Create(value.GetDouble()),
        _ => JsonValue.Create(value),
    };

    private static JsonObject Fields(SqlType? type, JsonElement value)
    {
        var fields = new JsonObject();
        foreach (var property in value.EnumerateObject().Where(property => property.Value.ValueKind != JsonValueKind.Null).OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            if (type is not SqlType.Row row)
            {
                fields.Add(property.Name, Form((type as SqlType.Map)?.Value, property.Value));
            }
            else if (row.Fields.FirstOrDefault(field => field.Name == property.Name) is { } declared)
            {
                fields.Add(property.Name, Form(declared.Type, property.Value));
            }
        }

        return fields;
    }
}
