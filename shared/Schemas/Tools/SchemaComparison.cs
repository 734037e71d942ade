using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Compares two versions of a schema, keyword by keyword.</summary>
/// <param name="changes">Where changes are added.</param>
internal sealed class SchemaComparison(List<SchemaChange> changes)
{
    private static readonly JsonElement Anything = JsonElement.Parse("{}");

    /// <summary>Compares a schema of the old version with the one in its place.</summary>
    public void Compare(SchemaPosition at, JsonElement old, JsonElement current)
    {
        (old, current) = (Spelled(old), Spelled(current));
        if (old.ValueKind != JsonValueKind.Object || current.ValueKind != JsonValueKind.Object)
        {
            if (!JsonEquality.Instance.Equals(old, current))
            {
                Add(at, at.Pointer, compatible: false, $"was {JsonExcerpt.Of(old)} and is {JsonExcerpt.Of(current)}: what a version says of a field stays");
            }

            return;
        }

        foreach (var keyword in old.EnumerateObject().Concat(current.EnumerateObject()).Select(keyword => keyword.Name).Distinct(StringComparer.Ordinal))
        {
            Compare(at, keyword, Find(old, keyword), Find(current, keyword), old);
        }
    }

    private void Compare(SchemaPosition at, string keyword, JsonElement? old, JsonElement? current, JsonElement oldSchema)
    {
        switch (keyword)
        {
            case "properties" when AreMaps(old, current):
                Properties(at, old ?? Anything, current ?? Anything, oldSchema);
                break;
            case "patternProperties" or "definitions" or "dependencies" when AreMaps(old, current):
                Entries(at, keyword, old ?? Anything, current ?? Anything);
                break;
            case "required":
                Required(at, Texts(old), Texts(current));
                break;
            case "enum" when old is { ValueKind: JsonValueKind.Array } before && current is { ValueKind: JsonValueKind.Array } after:
                Values(at, before, after);
                break;
            case "items" when AreSchemas(old, current):
                Compare(at.Items(), old!.Value, current!.Value);
                break;
            case "additionalProperties" when AreSchemas(old, current):
                Compare(at.Values(), old!.Value, current!.Value);
                break;
            case "not" or "if" or "then" or "else" or "contains" or "propertyNames" or "additionalItems" when AreSchemas(old, current):
                Compare(at.Below("/" + keyword, isFrozen: true), old!.Value, current!.Value);
                break;
            case "allOf" or "anyOf" or "oneOf" or "items" when AreListsOfOneLength(old, current):
                foreach (var (index, (before, after)) in old!.Value.EnumerateArray().Zip(current!.Value.EnumerateArray()).Index())
                {
                    Compare(at.Below($"/{keyword}/{index}", isFrozen: true), before, after);
                }

                break;
            default:
                Plain(at, keyword, old, current);
                break;
        }
    }

    private void Properties(SchemaPosition at, JsonElement old, JsonElement current, JsonElement oldSchema)
    {
        foreach (var property in old.EnumerateObject())
        {
            if (current.TryGetProperty(property.Name, out var same))
            {
                Compare(at.Property(property.Name), property.Value, same);
            }
            else
            {
                Add(at.Property(property.Name), null, compatible: false, "the field was removed: consumers may read it");
            }
        }

        foreach (var property in current.EnumerateObject().Where(property => !old.TryGetProperty(property.Name, out _)))
        {
            var field = at.Property(property.Name);
            if (Find(oldSchema, "additionalProperties") is { ValueKind: JsonValueKind.Object } values && Differs(values, property.Value))
            {
                Add(field, null, compatible: false, "the field was one of the map's values and is now something else");
            }
            else
            {
                Add(field, null, compatible: !at.IsFrozen, at.IsFrozen ? "a field was added to a condition: events that it did not concern may be refused" : "a field was added");
            }
        }
    }

    private void Entries(SchemaPosition at, string keyword, JsonElement old, JsonElement current)
    {
        // A definition says nothing by itself; what refers to it is compared where it stands.
        var isDefinition = keyword == "definitions";
        foreach (var name in old.EnumerateObject().Concat(current.EnumerateObject()).Select(entry => entry.Name).Distinct(StringComparer.Ordinal))
        {
            var place = at.Below($"/{keyword}/{JsonPath.Escape(name)}", isFrozen: keyword == "dependencies");
            var (before, after) = (Find(old, name), Find(current, name));
            if (before is { } was && after is { } now)
            {
                Compare(place, was, now);
            }
            else
            {
                Add(place, null, compatible: isDefinition, before is null
                    ? isDefinition ? "a definition was added" : $"'{name}' was added to {keyword}: events of the old version may not match it"
                    : isDefinition ? "a definition was removed" : $"'{name}' was removed from {keyword}: what a version says stays");
            }
        }
    }

    private void Required(SchemaPosition at, IReadOnlyList<string> old, IReadOnlyList<string> current)
    {
        foreach (var name in old.Except(current))
        {
            Add(at, at.At("required"), compatible: false, $"'{name}' was required and is optional: consumers rely on it");
        }

        foreach (var name in current.Except(old))
        {
            Add(at, at.At("required"), compatible: false, $"'{name}' is required now: events of the old version may not have it");
        }
    }

    private void Values(SchemaPosition at, JsonElement old, JsonElement current)
    {
        foreach (var value in old.EnumerateArray().Except(current.EnumerateArray(), JsonEquality.Instance))
        {
            Add(at, at.At("enum"), compatible: false, $"{JsonExcerpt.Of(value)} was removed from the enum: events of the old version may have it");
        }

        foreach (var value in current.EnumerateArray().Except(old.EnumerateArray(), JsonEquality.Instance))
        {
            Add(at, at.At("enum"), compatible: !at.IsFrozen, $"{JsonExcerpt.Of(value)} was added to the enum{(at.IsFrozen ? " of a condition, which changes what the condition concerns" : "")}");
        }
    }

    private void Plain(SchemaPosition at, string keyword, JsonElement? old, JsonElement? current)
    {
        (old, current) = (KeywordMeaning.Effective(keyword, old), KeywordMeaning.Effective(keyword, current));
        var difference = KeywordMeaning.Difference(keyword, old, current, at.IsRoot);
        if (difference is { } found)
        {
            Add(at, at.At(keyword), found.IsCompatible, found.Sentence);
        }
    }

    private static bool Differs(JsonElement old, JsonElement current)
    {
        var within = new List<SchemaChange>();
        new SchemaComparison(within).Compare(SchemaPosition.Root.Below("/additionalProperties", isFrozen: false), old, current);
        return within.Exists(change => !change.IsCompatible);
    }

    private void Add(SchemaPosition at, string? pointer, bool compatible, string sentence) =>
        changes.Add(new SchemaChange(pointer ?? at.Pointer, at.Path, compatible, sentence));

    // A schema that is true says what an empty one says.
    private static JsonElement Spelled(JsonElement schema) => schema.ValueKind == JsonValueKind.True ? Anything : schema;

    private static JsonElement? Find(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var value) ? value : null;

    private static bool AreMaps(JsonElement? old, JsonElement? current) =>
        (old ?? Anything).ValueKind == JsonValueKind.Object && (current ?? Anything).ValueKind == JsonValueKind.Object;

    private static bool AreSchemas(JsonElement? old, JsonElement? current) =>
        old is { } before && current is { } after && Keywords.IsSchema(before) && Keywords.IsSchema(after)
        && (before.ValueKind == JsonValueKind.Object || after.ValueKind == JsonValueKind.Object);

    private static bool AreListsOfOneLength(JsonElement? old, JsonElement? current) =>
        old is { ValueKind: JsonValueKind.Array } before && current is { ValueKind: JsonValueKind.Array } after && before.GetArrayLength() == after.GetArrayLength()
        && before.EnumerateArray().Concat(after.EnumerateArray()).All(Keywords.IsSchema);

    private static string[] Texts(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } names ? [.. names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)] : [];
}
