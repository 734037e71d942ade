using System.Text.Json;

namespace Millrace.Schemas;

/// <summary>Reads the keywords of one schema, each as the type that draft-07 gives it.</summary>
/// <remarks>A keyword that is absent reads as null or empty; one of another type is a <see cref="SchemaException"/>.</remarks>
internal readonly struct KeywordReader(SchemaPlace place)
{
    /// <summary>A whole number that is not negative; beyond 31 bits it reads as the greatest there is.</summary>
    public int? Count(string keyword)
    {
        if (Find(keyword) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number >= 0 && decimal.IsInteger(number))
        {
            return number > int.MaxValue ? int.MaxValue : (int)number;
        }

        throw Wrong(keyword, value, "a whole number from 0");
    }

    /// <summary>A number.</summary>
    public JsonElement? Number(string keyword)
    {
        if (Find(keyword) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && JsonNumber.Of(value).HasExactExponent
            ? value
            : throw Wrong(keyword, value, "a number whose exponent has at most 18 digits");
    }

    /// <summary>A truth value; absent is false.</summary>
    public bool Flag(string keyword) => Find(keyword) switch
    {
        null => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(keyword, value, "true or false"),
    };

    /// <summary>A text.</summary>
    public string? Text(string keyword) => Find(keyword) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Wrong(keyword, value, "a string"),
    };

    /// <summary>An array of anything; null where the keyword is absent.</summary>
    public JsonElement? Array(string keyword) => Find(keyword) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value => value,
        { } value => throw Wrong(keyword, value, "an array"),
    };

    /// <summary>The texts of an array, each once.</summary>
    public IReadOnlyList<string> Texts(string keyword) => Texts(keyword, Array(keyword));

    /// <summary>The texts of an array that was found elsewhere, each once.</summary>
    public IReadOnlyList<string> Texts(string keyword, JsonElement? array)
    {
        var texts = new List<string>();
        foreach (var item in array?.EnumerateArray() ?? default)
        {
            texts.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(keyword, array!.Value, "an array of strings"));
        }

        return [.. texts.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The place of a schema; null where the keyword is absent.</summary>
    public SchemaPlace? Schema(string keyword) => Find(keyword) switch
    {
        null => null,
        { } value when Keywords.IsSchema(value) => place.Below($"/{keyword}", value),
        { } value => throw Wrong(keyword, value, "a schema: an object, true or false"),
    };

    /// <summary>The places of an array's schemas.</summary>
    public IReadOnlyList<SchemaPlace> Schemas(string keyword, bool mayBeEmpty = false)
    {
        if (Array(keyword) is not { } array)
        {
            return [];
        }

        if ((array.GetArrayLength() == 0 && !mayBeEmpty) || !array.EnumerateArray().All(Keywords.IsSchema))
        {
            throw Wrong(keyword, array, "an array of schemas, not empty");
        }

        var parent = place;
        return [.. array.EnumerateArray().Select((item, index) => parent.Below($"/{keyword}/{index}", item))];
    }

    /// <summary>The entries of an object, each a schema, or what else is allowed.</summary>
    public IEnumerable<(string Name, JsonElement Element, SchemaPlace Place)> Map(string keyword, bool mayHaveArrays = false)
    {
        if (Find(keyword) is not { } map)
        {
            yield break;
        }

        if (map.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(keyword, map, "an object");
        }

        foreach (var entry in map.EnumerateObject())
        {
            if (!Keywords.IsSchema(entry.Value) && !(mayHaveArrays && entry.Value.ValueKind == JsonValueKind.Array))
            {
                throw Wrong($"{keyword}/{entry.Name}", entry.Value, mayHaveArrays ? "a schema or an array of strings" : "a schema: an object, true or false");
            }

            yield return (entry.Name, entry.Value, place.Below($"/{keyword}/{JsonPath.Escape(entry.Name)}", entry.Value));
        }
    }

    /// <summary>The keyword's value as it is; null where the keyword is absent.</summary>
    public JsonElement? Find(string keyword) => place.Element.TryGetProperty(keyword, out var value) ? value : null;

    /// <summary>An exception that says what a keyword must be.</summary>
    public SchemaException Wrong(string keyword, JsonElement value, string allowed) =>
        place.Wrong($"'{keyword}' must be {allowed}, but is {JsonExcerpt.Of(value)}.");
}
