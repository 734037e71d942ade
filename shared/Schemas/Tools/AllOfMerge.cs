using System.Text.Json;
using System.Text.Json.Nodes;

namespace Millrace.Schemas;

/// <summary>Makes one schema of those that <c>allOf</c> lists and the one that it stands in.</summary>
/// <remarks>
/// What constrains is intersected: the union of <c>required</c>, the tighter bound, the values that both enums have. Fields are
/// united, and the result is closed where any part is: by the letter two closed parts would forbid each other's fields, which
/// nobody means who composes an event of fragments. Of words the schema's own win, then those of the later part. What cannot
/// be intersected (two types, two patterns, two conditions) is refused.
/// </remarks>
internal sealed class AllOfMerge
{
    private static readonly string[] Words = ["title", "description", "default", "$comment", "readOnly", "writeOnly", "contentMediaType", "contentEncoding"];

    private readonly string _schema;

    private AllOfMerge(string schema) => _schema = schema;

    /// <summary>Merges what a schema's <c>allOf</c> lists into it; without one the schema stays as it is.</summary>
    /// <param name="schema">The schema, in which all else is done.</param>
    /// <param name="name">What errors call the document.</param>
    /// <param name="pointer">Where the schema stands.</param>
    /// <exception cref="SchemaException">The parts contradict each other, or cannot be merged.</exception>
    public static JsonNode Apply(JsonObject schema, string name, string pointer)
    {
        if (schema["allOf"] is not JsonArray parts)
        {
            return schema;
        }

        schema.Remove("allOf");
        var merge = new AllOfMerge(name);
        var result = new JsonObject();
        foreach (var part in parts.Append(schema).ToList())
        {
            if (part is JsonObject fields)
            {
                merge.Into(result, fields, pointer);
            }
            else if (part is not JsonValue value || !value.TryGetValue<bool>(out var allows) || !allows)
            {
                throw new SchemaException(name, pointer + "/allOf", $"a part of 'allOf' must be an object or true, but is {part?.ToJsonString() ?? "null"}.");
            }
        }

        return result;
    }

    private void Into(JsonObject result, JsonObject part, string pointer)
    {
        foreach (var (keyword, value) in part)
        {
            result[keyword] = result.TryGetPropertyValue(keyword, out var present) && !JsonNode.DeepEquals(present, value)
                ? Merge(keyword, present, value, $"{pointer}/{keyword}")
                : value?.DeepClone();
        }
    }

    private JsonNode? Merge(string keyword, JsonNode? first, JsonNode? second, string pointer)
    {
        switch (keyword)
        {
            case "properties" or "patternProperties" when first is JsonObject fields && second is JsonObject others:
                return Entries(fields, others, pointer);
            case "items" or "propertyNames" or "additionalProperties" when first is JsonObject schema && second is JsonObject other:
                return Both(schema, other, pointer);
            case "additionalProperties":
                return IsFalse(first) || IsFalse(second) ? false : (first is JsonObject ? first : second)?.DeepClone();
            case "required" when first is JsonArray names && second is JsonArray others:
                return new JsonArray([.. names.Concat(others).DistinctBy(name => name?.ToJsonString()).Select(name => name?.DeepClone())]);
            case "enum" when first is JsonArray values && second is JsonArray others:
                var common = values.Where(value => others.Any(other => JsonNode.DeepEquals(value, other))).Select(value => value?.DeepClone()).ToArray();
                return common.Length > 0 ? new JsonArray(common) : throw Contradiction(keyword, first, second, pointer);
            case "type" when (first?.ToJsonString(), second?.ToJsonString()) is ("\"integer\"", "\"number\"") or ("\"number\"", "\"integer\""):
                return "integer";
            case "minimum" or "exclusiveMinimum" or "minLength" or "minItems" or "minProperties" when AreNumbers(first, second):
                return Compare(first!, second!) >= 0 ? first!.DeepClone() : second!.DeepClone();
            case "maximum" or "exclusiveMaximum" or "maxLength" or "maxItems" or "maxProperties" when AreNumbers(first, second):
                return Compare(first!, second!) <= 0 ? first!.DeepClone() : second!.DeepClone();
            case "uniqueItems":
                return !(IsFalse(first) && IsFalse(second));
            default:
                return Words.Contains(keyword) ? second?.DeepClone() : throw Contradiction(keyword, first, second, pointer);
        }
    }

    private JsonObject Entries(JsonObject first, JsonObject second, string pointer)
    {
        var result = first.DeepClone().AsObject();
        foreach (var (name, schema) in second)
        {
            result[name] = !result.TryGetPropertyValue(name, out var present) || JsonNode.DeepEquals(present, schema) ? schema?.DeepClone()
                : present is JsonObject one && schema is JsonObject other ? Both(one, other, $"{pointer}/{JsonPath.Escape(name)}")
                : throw Contradiction(name, present, schema, $"{pointer}/{JsonPath.Escape(name)}");
        }

        return result;
    }

    private JsonObject Both(JsonObject first, JsonObject second, string pointer)
    {
        var result = first.DeepClone().AsObject();
        Into(result, second, pointer);
        return result;
    }

    private static bool IsFalse(JsonNode? value) => value?.GetValueKind() == JsonValueKind.False;

    private static bool AreNumbers(JsonNode? first, JsonNode? second) => first?.GetValueKind() == JsonValueKind.Number && second?.GetValueKind() == JsonValueKind.Number;

    private static int Compare(JsonNode first, JsonNode second) =>
        JsonNumber.Of(SchemaCopy.Element(first)).CompareTo(JsonNumber.Of(SchemaCopy.Element(second)));

    private SchemaException Contradiction(string keyword, JsonNode? first, JsonNode? second, string pointer) =>
        new(_schema, pointer, $"'allOf' asks for '{keyword}' twice, as {first?.ToJsonString() ?? "null"} and as {second?.ToJsonString() ?? "null"}, which cannot both be kept: say it once.");
}
