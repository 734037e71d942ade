using System.Text.Json;
using System.Text.RegularExpressions;

namespace Millrace.Schemas;

/// <summary>The rules that let every field of an event become a column of a table.</summary>
/// <remarks>They are about fields: a schema that is a condition only (<c>not</c>, <c>if</c>, a branch of <c>oneOf</c>) has none of them.</remarks>
internal static partial class ShapeRules
{
    private static readonly string[] ColumnTypes = ["array", "boolean", "integer", "number", "object", "string"];

    /// <summary>Checks all fields of a schema.</summary>
    public static void Check(SchemaUnderCheck schema)
    {
        foreach (var part in SchemaPart.AllOf(schema.Root))
        {
            CheckMaterialised(schema, part);
            CheckEnum(schema, part);
            if (part.FieldName is { } name && name != "$schema" && !SnakeCase().IsMatch(name))
            {
                schema.Find(SchemaRule.SnakeCase, part.Pointer, $"The name '{name}' is not snake_case. Name it with lower-case letters and digits, words joined by '_'.");
            }

            if (part.IsField && !part.Has("$ref") && !part.Has("allOf"))
            {
                CheckField(schema, part);
            }
        }
    }

    private static void CheckMaterialised(SchemaUnderCheck schema, SchemaPart part)
    {
        foreach (var keyword in (string[])["$ref", "allOf"])
        {
            if (part.Has(keyword))
            {
                schema.Find(SchemaRule.Materialised, $"{part.Pointer}/{keyword}", $"A released version has {keyword}. Keep it in current.yaml, and make the version with 'millrace schema materialise'.");
            }
        }
    }

    private static void CheckEnum(SchemaUnderCheck schema, SchemaPart part)
    {
        if (part.Find("enum") is { ValueKind: JsonValueKind.Array } values && values.EnumerateArray().Any(value => value.ValueKind == JsonValueKind.Null))
        {
            schema.Find(SchemaRule.NullEnum, $"{part.Pointer}/enum", "The enum has null. Remove it, and leave the field out of events that have no value for it.");
        }
    }

    private static void CheckField(SchemaUnderCheck schema, SchemaPart part)
    {
        if (Branches(part) is { Count: > 1 } branches)
        {
            schema.Find(SchemaRule.UnionType, part.Pointer, $"The value may be {string.Join(" or ", branches)}. Give each type a field of its own, or decide for one.");
            return;
        }

        switch (part.Find("type"))
        {
            case { ValueKind: JsonValueKind.Array } types:
                schema.Find(SchemaRule.UnionType, $"{part.Pointer}/type", $"The type is {types.GetRawText().ReplaceLineEndings("")}. Name one type; a field that may have no value is left out of 'required' and of the event.");
                break;
            case { ValueKind: JsonValueKind.String } type when ColumnTypes.Contains(type.GetString()):
                CheckType(schema, part, type.GetString()!);
                break;
            case { } type:
                schema.Find(SchemaRule.Type, $"{part.Pointer}/type", $"The type is {JsonExcerpt.Of(type)}. Allowed are {string.Join(", ", ColumnTypes)}.");
                break;
            default:
                // Items and maps without a type are told of at the array or object.
                if (part.Keyword is not ("items" or "additionalProperties"))
                {
                    schema.Find(SchemaRule.Type, part.Pointer, $"There is no type. Add one of {string.Join(", ", ColumnTypes)}.");
                }

                break;
        }
    }

    private static void CheckType(SchemaUnderCheck schema, SchemaPart part, string type)
    {
        switch (type)
        {
            case "array" when !IsTyped(part.Find("items")):
                schema.Find(SchemaRule.Items, part.Pointer, "The array does not say what is in it. Add 'items' with one schema that has a type.");
                break;
            case "object":
                CheckObject(schema, part);
                break;
            case "integer" when !IsBounded(part):
                schema.Find(SchemaRule.IntegerBounds, part.Pointer, $"The integer may be too large for a double. Add 'minimum' and 'maximum' within ±{IntegerBounds.Most}, as 'millrace schema materialise' does.");
                break;
        }
    }

    private static void CheckObject(SchemaUnderCheck schema, SchemaPart part)
    {
        var hasProperties = part.Find("properties") is { ValueKind: JsonValueKind.Object } properties && properties.EnumerateObject().Any();
        var isMap = IsTyped(part.Find("additionalProperties"));
        if (hasProperties && isMap)
        {
            schema.Find(SchemaRule.MapAndProperties, part.Pointer, "The object has both properties and typed additionalProperties: tables take it for a map and ignore the properties. Decide for one.");
        }
        else if (!hasProperties && !isMap)
        {
            schema.Find(SchemaRule.ObjectContent, part.Pointer, "The object does not say what is in it. Add 'properties', or make it a map with 'additionalProperties': {'type': …}.");
        }
    }

    private static bool IsTyped(JsonElement? schema) => schema is { ValueKind: JsonValueKind.Object } element
        && (element.TryGetProperty("type", out _) || element.TryGetProperty("$ref", out _) || element.TryGetProperty("allOf", out _)
            || Branches(new SchemaPart("", element, IsField: true)).Count > 1);

    private static bool IsBounded(SchemaPart part) =>
        part.Find("enum") is not null || part.Find("const") is not null
        || (IntegerBounds.IsLow(part.Find("minimum") ?? part.Find("exclusiveMinimum")) && IntegerBounds.IsHigh(part.Find("maximum") ?? part.Find("exclusiveMaximum")));

    // The types that a value may have by the branches of anyOf and oneOf.
    private static List<string> Branches(SchemaPart part) =>
    [
        .. ((string[])["anyOf", "oneOf"])
            .SelectMany(keyword => part.Find(keyword) is { ValueKind: JsonValueKind.Array } branches ? branches.EnumerateArray() : default)
            .Select(branch => branch.ValueKind == JsonValueKind.Object && branch.TryGetProperty("type", out var type) ? type.ToString() : null)
            .OfType<string>()
            .Append(part.Text("type"))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"\A[a-z][a-z0-9]*(?:_[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex SnakeCase();
}
