using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>The rules that bound what validating an event may cost; those of intake services in use.</summary>
internal static class SecureRules
{
    /// <summary>Checks all parts of a schema.</summary>
    public static void Check(SchemaUnderCheck schema)
    {
        foreach (var part in SchemaPart.AllOf(schema.Root))
        {
            foreach (var keyword in (string[])["format", "pattern"])
            {
                if (part.Has(keyword) && !part.Has("maxLength"))
                {
                    schema.Find(SchemaRule.MaxLength, part.Pointer, $"There is a {keyword}, but no maxLength: intake services refuse such a schema. Add 'maxLength'.");
                }
            }

            if (part.Has("patternProperties") && !(part.Find("propertyNames") is { ValueKind: JsonValueKind.Object } names && names.TryGetProperty("maxLength", out _)))
            {
                schema.Find(SchemaRule.PropertyNames, part.Pointer, "There are patternProperties, but no bound on the names. Add 'propertyNames': {'maxLength': …}.");
            }

            if (part.Find("uniqueItems") is { ValueKind: JsonValueKind.True } && !part.Has("maxItems") && !HasPlainItems(part))
            {
                schema.Find(SchemaRule.MaxItems, part.Pointer, "uniqueItems compares objects or arrays, but their number is not bounded. Add 'maxItems'.");
            }
        }
    }

    private static bool HasPlainItems(SchemaPart part) =>
        part.Find("items") is { ValueKind: JsonValueKind.Object } items
        && items.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String
        && type.GetString() is not ("object" or "array");
}
